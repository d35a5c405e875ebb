package dev.concordat;

import dev.concordat.residency.Intake;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** What an operator does when the intake is held; works while the bridge runs. */
@Command(name = "intake", mixinStandardHelpOptions = true,
        description = "Shows whether the intake is held because too many changes are in breach, and lets it go on.")
final class IntakeCommand {
    @ParentCommand
    private Concordat concordat;

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Says whether the intake is held, and since when; ends with 1 if it is.")
    int show() {
        return with(intake -> {
            System.out.println(intake.show());
            return intake.isHeld() ? 1 : 0;
        });
    }

    @Command(name = "resume", mixinStandardHelpOptions = true,
            description = "Lets what is held through as it is: its breaches go to quarantine.")
    int resume() {
        return with(intake -> {
            System.out.println(intake.resume());
            return 0;
        });
    }

    private int with(Function<Intake, Integer> action) {
        try (var databases = Databases.openBeside(concordat.found())) {
            return action.apply(new Intake(databases.checked(List.of()).directory()));
        }
    }
}

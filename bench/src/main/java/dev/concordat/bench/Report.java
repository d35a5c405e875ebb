package dev.concordat.bench;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The medians of all rounds as Markdown. */
final class Report {
    private final List<Run.Result> results;

    Report(List<Run.Result> results) {
        this.results = results;
    }

    String markdown(int changes, int rounds) {
        var text = new StringBuilder(machine()).append(String.format(Locale.ROOT,
                ". %,d changes over %,d customers, medians of %d rounds, in each all contestants on the same Kafka and PostgreSQL.%n%n",
                changes, changes / 3, rounds));
        text.append("""
                | contestant | topic | changes | start-up s | changes/s | of bare | of Connect | CPU µs/change | PostgreSQL µs/change \
                | rows wrong | changes lost | |
                |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
                """);
        for (boolean dirty : new boolean[] {false, true}) {
            for (Contestant contestant : Contestant.values()) {
                List<Run.Result> of = of(contestant, dirty).toList();
                if (!of.isEmpty()) {
                    row(text, contestant, dirty, of);
                }
            }
        }
        return text.append("""

                The clock runs from the moment the broker has given the contestant's consumers partitions, its start-up before that is told beside,
                until another connection reads the last change of each partition. What was written before the clock began is left out:
                """).append(early()).append("""
                Java machines are cold, and all have the same heap and options;
                Concordat's starts from what ./concordat prepare kept.
                CPU: user and system time meanwhile, of the contestant's process and of all of PostgreSQL.
                Rows wrong: differing in a field from the state computed from the seed, missing, or too many.
                Changes lost: valid changes of which a field is missing in the end.
                Dirty: duplicates, late changes and breaches, each 1 % of the changes. Ratios there are to the Connect that does not stop.
                An update carries the fields that changed alone. Connect's sink would set the others to null; a trigger on its table keeps them.
                Its buffer still drops all but the last of a customer's changes in one batch, which matters where there are few customers.
                The plain Camel route gets a tenth of the changes and customers.
                """).toString();
    }

    private String early() {
        String each = results.stream().filter(result -> result.early() > 0).map(result -> String.format(Locale.ROOT, "%,d changes by %s",
                result.early(), result.contestant().label())).collect(Collectors.joining(", "));
        return (each.isEmpty() ? "nothing" : each) + ".\n";
    }

    static String machine() {
        return String.format(Locale.ROOT, "%d cores, %d GB, %s, Java %s, %s", Runtime.getRuntime().availableProcessors(), memory(),
                System.getProperty("os.name"), Runtime.version().feature(), LocalDate.now());
    }

    private static long memory() {
        var system = (com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return (long) Math.ceil(system.getTotalMemorySize() / (double) (1L << 30));
    }

    private void row(StringBuilder text, Contestant contestant, boolean dirty, List<Run.Result> of) {
        double speed = speed(contestant, dirty);
        String died = of.stream().map(Run.Result::died).filter(each -> each != null).findFirst().map(Report::cell).orElse("");
        boolean whole = !Double.isNaN(speed);
        text.append(String.format(Locale.ROOT, "| %s | %s | %,d | %.1f | %s | %s | %s | %s | %s | %s | %s | %s |%n", contestant.label(),
                dirty ? "dirty" : "clean", of.get(0).changes(), median(of, Run.Result::start), whole ? number(speed) : "stopped",
                ratio(speed, speed(Contestant.BARE, dirty)), ratio(speed, speed(connect(dirty), dirty)),
                whole ? number(median(of, Run.Result::microsPerChange)) : "–",
                whole ? number(median(of, Run.Result::postgresMicrosPerChange)) : "–",
                share(median(of, each -> each.difference().rows()), of.get(0).rows()),
                number(median(of, each -> each.difference().changes())), died));
    }

    /** On dirty data, that Connect which does not stop. */
    private Contestant connect(boolean dirty) {
        return dirty && Double.isNaN(speed(Contestant.CONNECT, true)) ? Contestant.CONNECT_TOLERANT : Contestant.CONNECT;
    }

    private static String cell(String text) {
        String line = text.lines().findFirst().orElse("").replace("|", "\\|");
        return line.length() > 160 ? line.substring(0, 160) + "..." : line;
    }

    private static String share(double rows, long of) {
        return rows == 0 ? "0" : String.format(Locale.ROOT, "%,.0f of %,d", rows, of);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String ratio(double one, double other) {
        return Double.isNaN(one) || Double.isNaN(other) ? "–" : String.format(Locale.ROOT, "%.2f", one / other);
    }

    /** Median changes a second; not a number where it was not measured, or where the contestant stopped in most rounds. */
    double speed(Contestant contestant, boolean dirty) {
        List<Run.Result> of = of(contestant, dirty).toList();
        long whole = of.stream().filter(each -> each.died() == null).count();
        return of.isEmpty() || whole * 2 <= of.size() ? Double.NaN
                : median(of.stream().filter(each -> each.died() == null).toList(), Run.Result::perSecond);
    }

    /** Share of the rows that are wrong, as a median. */
    double wrong(Contestant contestant, boolean dirty) {
        return median(of(contestant, dirty).toList(), each -> (double) each.difference().rows() / each.rows());
    }

    boolean measured(Contestant contestant, boolean dirty) {
        return of(contestant, dirty).findAny().isPresent();
    }

    private Stream<Run.Result> of(Contestant contestant, boolean dirty) {
        return results.stream().filter(each -> each.contestant() == contestant && each.dirty() == dirty);
    }

    static double median(List<Run.Result> results, ToDoubleFunction<Run.Result> value) {
        double[] sorted = results.stream().mapToDouble(value).filter(each -> !Double.isNaN(each)).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}

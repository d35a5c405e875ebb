package dev.concordat.contract;

import java.util.List;
import java.util.Objects;

/**
 * What a contract tells people about itself; a text that is not there is empty.
 *
 * @param purpose     what it is for, of the contract
 * @param description what the entity is
 * @param granularity what a record of it stands for
 */
public record About(
        String id, String name, String status, String tenant, String domain, String purpose, String usage, String limitations,
        String description, String granularity, List<Role> roles, List<Server> servers) {
    public About {
        roles = List.copyOf(roles);
        servers = List.copyOf(servers);
    }

    /** Who may do what. */
    public record Role(String name, String access, String approvers, String description) {
    }

    /** Where the entity is kept or sent. */
    public record Server(String name, String type, String environment, String description) {
    }

    static About of(Odcs.Document document) {
        Odcs.SchemaObject object = document.schema().get(0);
        Odcs.Description words = document.description() == null ? new Odcs.Description(null, null, null, List.of(), List.of())
                : document.description();
        return new About(text(document.id()), text(document.name()), text(document.status()), text(document.tenant()),
                text(document.domain()),
                text(words.purpose()), text(words.usage()), text(words.limitations()), text(object.element().description()),
                text(object.dataGranularityDescription()),
                document.roles().stream().map(role -> new Role(text(role.role()), text(role.access()), text(role.firstLevelApprovers()),
                        text(role.description()))).toList(),
                document.servers().stream().map(server -> new Server(text(server.server()), text(server.type()), text(server.environment()),
                        text(server.description()))).toList());
    }

    private static String text(String text) {
        return Objects.toString(text, "").strip();
    }
}

package dev.concordat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteGroupsTest {
    @TempDir
    private Path folder;

    @Test
    void aGroupAtAnotherClusterIsNotOneOfOurs() throws Exception {
        Files.createDirectories(folder.resolve("lane"));
        Files.writeString(folder.resolve("lane/a.camel.yaml"), """
                - from: {uri: "kafka:ours", parameters: {groupId: "ours-{{region}}"}, steps: [{log: x}]}
                """);
        Files.writeString(folder.resolve("a.camel.yaml"), """
                - from:
                    uri: kafka:theirs
                    parameters:
                      groupId: theirs
                      brokers: elsewhere:9092
                    steps:
                      - log: x
                - from: {uri: "kafka:far?brokers=elsewhere:9092&topic=x", parameters: {groupId: far}, steps: [{log: x}]}
                - from: {uri: "kafka:near?brokers=here:9092", parameters: {groupId: near}, steps: [{log: x}]}
                - from: {uri: "kafka:named", parameters: {groupId: 42, brokers: "{{own}}"}, steps: [{log: x}]}
                - from: {uri: "kafka:set", parameters: {groupId: "{{group}}"}, steps: [{log: x}]}
                """);
        Files.writeString(folder.resolve("b.camel.yaml"), "- route: [");

        assertThat(RouteFiles.look(folder, List.of("eu", "uk")).groups(Set.of("here:9092", "{{own}}"))).containsExactly("42", "near", "ours-eu", "ours-uk");
        assertThat(RouteFiles.look(Path.of("routes"), List.of("eu")).groups(Set.of())).contains("concordat-admit", "concordat-apply-eu");
    }
}

package dev.concordat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.impl.DefaultCamelContext;

/** A folder of routes that is edited while they run; each of them answers with a word. */
final class EditedRoutes implements AutoCloseable {
    /** A mistake that only Camel finds, at the end of a route of {@link #route}. */
    static final String MISTAKE = """
                    - bean:
                        ref: nobody
            """;
    final CamelContext camel = new DefaultCamelContext();
    final RouteFolder routes;
    private final Path folder;
    private final List<String> regions;

    EditedRoutes(Path folder, String... regions) {
        this.folder = folder;
        this.regions = List.of(regions);
        this.routes = new RouteFolder(folder, this.regions, camel);
        // As config/application.properties has it.
        camel.getComponent("seda", SedaComponent.class).setDefaultPollTimeout(100);
    }

    /** A route that answers at direct:ID. */
    static String route(String id, String word) {
        return route(id, id, word);
    }

    /** A route that answers at direct:AT. */
    static String route(String id, String at, String word) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - setBody:
                            simple: "%s"
                """.formatted(id, at, word);
    }

    EditedRoutes start() throws Exception {
        routes.load(RouteFiles.look(folder, regions));
        camel.start();
        return this;
    }

    Path write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    /** Lets the bridge look at the files as often as it takes for it to find them at rest. */
    void look() {
        routes.look();
        routes.look();
    }

    /** What the route at direct:AT answers. */
    String said(String at) {
        return camel.createProducerTemplate().requestBody("direct:" + at, "", String.class);
    }

    List<String> ids() {
        return camel.getRoutes().stream().map(Route::getRouteId).sorted().toList();
    }

    List<Route> running() {
        return List.copyOf(camel.getRoutes());
    }

    @Override
    public void close() {
        routes.close();
        camel.stop();
    }
}

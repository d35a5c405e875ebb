package dev.concordat;

import static dev.concordat.EditedRoutes.MISTAKE;
import static dev.concordat.EditedRoutes.route;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.crm.IntakeFallback;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a sender is answered at addresses of routes that are there, are away, or have never been. */
@Timeout(300)
class IntakeFallbackTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    @TempDir
    private Path folder;
    private EditedRoutes ground;
    private int port;

    @BeforeEach
    void start() throws Exception {
        port = FreePort.any();
        ground = new EditedRoutes(folder, "eu");
        var server = new MainHttpServer();
        server.setHost("127.0.0.1");
        server.setPort(port);
        ground.camel.addService(server, true, true);
        var fallback = new IntakeFallback(ground.camel, port, () -> { });
        ground.camel.addService(fallback, true, true);
        ground.routes.afterwards(fallback::forgetWhatIsGone);
        ground.write("a.camel.yaml", webhook("own", "/webhooks/own/{kind}") + webhook("all", "/webhooks/all*"));
        ground.start();
    }

    @AfterEach
    void stop() {
        ground.close();
    }

    private static String webhook(String id, String path) {
        return route(id, "taken").replace("direct:" + id, "platform-http:" + path);
    }

    private int post(String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).POST(HttpRequest.BodyPublishers.ofString("x")).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Test
    void onlyAnAddressThatARouteTakesIsToBeAskedAgain() throws Exception {
        for (String path : new String[] {"/webhooks/own/a", "/webhooks/own/b/", "/webhooks/all", "/webhooks/all/a/b"}) {
            assertThat(post(path)).as(path).isEqualTo(200);
        }
        ground.camel.getRouteController().stopRoute("own");
        ground.camel.getRouteController().stopRoute("all");
        for (String path : new String[] {"/webhooks/own/a", "/webhooks/own/b/", "/webhooks/all", "/webhooks/all/a/b"}) {
            assertThat(post(path)).as(path).isEqualTo(503);
        }
        for (String path : new String[] {"/webhooks/own", "/webhooks/own/", "/webhooks/own/a/b", "/webhooks/owner/a", "/webhooks/other"}) {
            assertThat(post(path)).as(path).isEqualTo(404);
        }
    }

    @Test
    void theAddressOfARefusedFileIsNoAddress() throws Exception {
        ground.write("b.camel.yaml", webhook("new", "/webhooks/new") + route("b", "1") + MISTAKE);
        ground.look();
        assertThat(ground.routes.refused()).containsOnlyKeys("b.camel.yaml");
        assertThat(post("/webhooks/new")).isEqualTo(404);
        ground.write("b.camel.yaml", webhook("new", "/webhooks/new"));
        ground.look();
        assertThat(post("/webhooks/new")).isEqualTo(200);
        ground.write("b.camel.yaml", webhook("new", "/webhooks/newer"));
        ground.look();
        assertThat(post("/webhooks/newer")).isEqualTo(200);
        assertThat(post("/webhooks/new")).isEqualTo(404);
    }
}

package dev.concordat.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.concordat.BridgeException;
import dev.concordat.Said;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HawtioConsoleIT {
    private static final Path POLICY = Path.of("config", "jolokia-access.xml");
    private static final String CAMEL = "org.apache.camel:context=bridge,type=context,name=\\\"bridge\\\"";
    private static final String ROUTE = "org.apache.camel:context=bridge,type=routes,name=\\\"sample\\\"";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path work;
    private static DefaultCamelContext camel;
    private static HawtioConsole console;

    @RegisterExtension
    private final Said said = Said.byAnybody();

    @BeforeAll
    static void start() throws Exception {
        camel = new DefaultCamelContext();
        camel.getCamelContextExtension().setName("bridge");
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("sample").to("log:out?level=OFF");
            }
        });
        camel.start();
        console = HawtioConsole.start(0, POLICY, work.resolve("console"));
    }

    @AfterAll
    static void close() {
        console.close();
        camel.stop();
    }

    @Test
    void the_console_is_served_on_loopback_without_a_login() throws Exception {
        assertThat(get(url() + "/").body()).contains("<base href=\"/hawtio/\">");
        assertThat(get(url() + "/user").body()).isEqualToIgnoringNewLines("\"public\"");
    }

    @ParameterizedTest
    @CsvSource({"'" + CAMEL + "', State, Started", "'" + ROUTE + "', RouteId, sample"})
    void attributes_are_read(String mbean, String attribute, String value) throws Exception {
        JsonNode answer = jolokia("{'type':'read','mbean':'%s','attribute':'%s'}".formatted(mbean, attribute));

        assertThat(answer.path("value").asText()).isEqualTo(value);
    }

    @Test
    void the_route_diagram_gets_its_routes_and_figures() throws Exception {
        assertThat(jolokia(exec(CAMEL, "dumpRoutesAsXml()", "")).path("value").asText()).contains("direct:in");
        assertThat(jolokia(exec(CAMEL, "dumpRoutesStatsAsXml", "true,true")).path("value").asText()).contains("sample");
        assertThat(jolokia(exec(ROUTE, "dumpRouteStatsAsXml", "true,true")).path("value").asText()).contains("sample");
    }

    @Test
    void a_route_is_suspended_and_resumed() throws Exception {
        assertThat(jolokia(exec(ROUTE, "suspend()", "")).path("status").asInt()).isEqualTo(200);
        assertThat(camel.getRouteController().getRouteStatus("sample").isSuspended()).isTrue();
        assertThat(jolokia(exec(ROUTE, "resume()", "")).path("status").asInt()).isEqualTo(200);
        assertThat(camel.getRouteController().getRouteStatus("sample").isStarted()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "java.lang:type=Memory, gc, ''",
        "java.lang:type=Memory, gc(), ''",
        "'com.sun.management:type=HotSpotDiagnostic', 'dumpHeap', \"x\"",
        "'" + CAMEL + "', stop(), ''",
        "'" + CAMEL + "', 'dumpRoutesAsXml(boolean)', true",
        "'" + CAMEL + "', 'sendStringBody(java.lang.String, java.lang.String)', '\"direct:in\",\"x\"'",
        "'" + ROUTE + "', remove(), ''",
        "'" + ROUTE + "', stop(long), 1",
    })
    void every_other_operation_is_refused(String mbean, String operation, String arguments) throws Exception {
        assertThat(jolokia(exec(mbean, operation, arguments)).path("status").asInt()).isEqualTo(403);
        assertThat(camel.isStarted()).isTrue();
    }

    @Test
    void every_write_is_refused() throws Exception {
        assertThat(jolokia("{'type':'write','mbean':'java.lang:type=Memory','attribute':'Verbose','value':true}")
                .path("status").asInt()).isEqualTo(403);
        assertThat(jolokia("{'type':'write','mbean':'%s','attribute':'Tracing','value':true}".formatted(CAMEL))
                .path("status").asInt()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"SystemProperties", "InputArguments"})
    void what_may_hold_a_secret_is_not_read(String attribute) throws Exception {
        assertThat(jolokia("{'type':'read','mbean':'java.lang:type=Runtime','attribute':'%s'}".formatted(attribute))
                .path("status").asInt()).isEqualTo(403);
        assertThat(jolokia("{'type':'read','mbean':'java.lang:type=Runtime'}").toString())
                .doesNotContain(System.getProperty("java.home"));
    }

    @Test
    void another_sites_page_may_not_ask_through_the_operators_browser() throws Exception {
        assertThat(jolokiaFrom("Origin", "http://127.0.0.1:1")).isEqualTo(403);
        assertThat(jolokiaFrom("Origin", "http://evil.example")).isEqualTo(403);
        assertThat(jolokiaFrom("Sec-Fetch-Site", "cross-site")).isEqualTo(403);
        assertThat(jolokiaFrom("Accept", "*/*")).as("neither Origin nor Referer").isEqualTo(403);
        assertThat(jolokiaFrom("Origin", self())).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"pull", "sse"})
    void nobody_is_notified_of_what_happens_in_the_bridge(String mode) throws Exception {
        String client = jolokia("{'type':'notification','command':'register'}").path("value").path("id").asText();
        assertThat(jolokia(("{'type':'notification','command':'add','client':'%s','mode':'%s','mbean':'java.lang:type=Memory'}")
                .formatted(client, mode)).path("status").asInt()).isNotEqualTo(200);
    }

    @Test
    void what_goes_wrong_shows_nothing_of_the_inside_and_another_site_cannot_cause_it() throws Exception {
        assertThat(CLIENT.send(HttpRequest.newBuilder(URI.create(url() + "/auth/logout")).header("Sec-Fetch-Site", "cross-site").build(),
                BodyHandlers.ofString()).statusCode()).isEqualTo(403);
        var failed = get(url() + "/auth/logout");
        assertThat(failed.body()).doesNotContain("at org.", "at io.");
        assertThat(failed.headers().firstValue("Server")).isEmpty();
        assertThat(get(url() + "/static/").body()).doesNotContain("Directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "application/json", "text/plain", "*/*"})
    void what_cannot_be_read_is_answered_by_its_status_alone_and_is_no_line_of_the_log(String accepted) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url() + "/auth/login")).header("Accept", accepted).header("Origin", self())
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString("{"));
        var failed = CLIENT.send(request.build(), BodyHandlers.ofString());
        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(failed.body()).contains("Server Error").doesNotContain("Exception", "CAUSED", "cause", "parser");
        assertThat(said.lines()).isEmpty();
    }

    @Test
    void the_console_is_no_way_to_other_addresses() throws Exception {
        assertThat(get(url() + "/proxy/http/127.0.0.1/" + url().getPort() + "/hawtio/").statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_missing_policy_stops_the_start() {
        Path missing = work.resolve("missing.xml");

        assertThatThrownBy(() -> HawtioConsole.start(0, missing, work.resolve("other")))
                .isInstanceOf(BridgeException.class)
                .hasMessage("the console's policy '" + missing + "' is missing;"
                        + " give the path of a file like config/jolokia-access.xml");
    }

    private static String exec(String mbean, String operation, String arguments) {
        return "{'type':'exec','mbean':'%s','operation':'%s','arguments':[%s]}".formatted(mbean, operation, arguments);
    }

    private static JsonNode jolokia(String request) throws IOException, InterruptedException {
        HttpRequest post = post(request.replace('\'', '"')).header("Origin", self()).build();
        return JSON.readTree(CLIENT.send(post, BodyHandlers.ofString()).body());
    }

    private static int jolokiaFrom(String header, String value) throws IOException, InterruptedException {
        HttpRequest request = post("{\"type\":\"version\"}").header(header, value).build();
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        return answer.statusCode() == 200 ? JSON.readTree(answer.body()).path("status").asInt() : answer.statusCode();
    }

    private static URI url() {
        return URI.create("http://127.0.0.1:" + console.port() + HawtioConsole.CONTEXT);
    }

    private static String self() {
        return "http://" + url().getAuthority();
    }

    private static HttpRequest.Builder post(String body) {
        return HttpRequest.newBuilder(URI.create(url() + "/jolokia/"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
}

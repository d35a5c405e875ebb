package dev.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import dev.concordat.change.Change;
import dev.concordat.change.ChangeReader;
import dev.concordat.change.Enrichment;
import dev.concordat.change.Receipt;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Gate;
import dev.concordat.contract.Owner;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * The same customer changes, parsed and validated by the compiled schema and nothing more, and judged by the gate as admit does.
 *
 * <p>One thread does the one and one the other, in the same seconds, so that what else the machine does slows both.
 * Of sixteen changes, five create a customer, ten set one to three fields, and one breaks the contract.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(value = 2, jvmArgsAppend = "-Xmx512m")
public class GateBenchmark {
    private static final int FIELDS = 500;
    private static final Receipt RECEIPT = new Receipt("crm.changes", 0, 1, false, null, null);
    private static final String CREATED = """
            {"op":"c","after":{"id":"C-%d","givenName":"Jane","familyName":"Doe","type":"individual","segment":"private",\
            "email":"jane.doe@mail.example","phone":"+41446681800","address":{"street":"Bahnhofstrasse 1","city":"Zürich",\
            "postalCode":"8001","country":"CH"},"residency":"CH","status":"active","dateOfBirth":"1984-05-23",\
            "taxId":"756.9217.0769.85","consent":true}}""";
    private static final String[] UPDATED = {
        "{\"op\":\"u\",\"after\":{\"id\":\"C-%d\",\"phone\":\"+41446681800\"}}",
        "{\"op\":\"u\",\"after\":{\"id\":\"C-%d\",\"email\":\"j.doe@mail.example\",\"consent\":false}}",
        "{\"op\":\"u\",\"after\":{\"id\":\"C-%d\",\"status\":\"suspended\",\"segment\":\"retail\",\"creditLimit\":100}}",
        "{\"op\":\"u\",\"changed\":[\"givenName\"],\"after\":{\"id\":\"C-%d\",\"givenName\":\"Janet\",\"familyName\":\"Doe\"}}"};
    private static final String BROKEN = "{\"op\":\"u\",\"after\":{\"id\":\"C-%d\",\"phone\":\"044 668 18 00\",\"status\":\"none\"}}";

    private final ObjectMapper json = JsonMapper.builder().build();
    private final byte[][] changes = changes();
    private int next;
    private ChangeReader reader;
    private Gate gate;
    private JsonSchema schema;

    /** Folder of the contracts that judge. */
    @Param("contracts")
    public String contracts;

    @Setup
    public void compileContracts() {
        Contracts compiled = Contracts.read(Path.of(contracts));
        gate = new Gate(compiled, drift -> { });
        reader = new ChangeReader(262_144, gate.quick(Enrichment.ofCustomers()));
        schema = compiled.newest("customer").schema();
    }

    private static byte[][] changes() {
        byte[][] changes = new byte[16][];
        for (int i = 0; i < changes.length; i++) {
            String data = (i == 15 ? BROKEN : i % 3 == 0 ? CREATED : UPDATED[i % UPDATED.length]).formatted(i);
            changes[i] = ("""
                    {"specversion":"1.0","id":"C-%1$d-1","source":"urn:crm:bench","type":"customer.changed","subject":"customer/C-%1$d",\
                    "time":"2026-11-22T10:00:00.123Z","dataschema":"urn:concordat:customer:1","partitionkey":"C-%1$d",\
                    "sequence":"00000000000000000001","datacontenttype":"application/json","data":""".formatted(i) + data + "}")
                    .getBytes(StandardCharsets.UTF_8);
        }
        return changes;
    }

    private byte[] change() {
        return changes[next++ & 15];
    }

    @Benchmark
    @Group("sideBySide")
    public Object bare() throws IOException {
        JsonNode data = json.readTree(change()).get("data");
        return schema.validate(data);
    }

    @Benchmark
    @Group("sideBySide")
    public Change gate() {
        Change change = reader.readStructured(RECEIPT, change());
        gate.check(change);
        gate.keepOwned(change, Owner.CRM);
        return change;
    }

    public static void main(String[] args) throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder().parent(new CommandLineOptions(args))
                .include(GateBenchmark.class.getName()).build()).run();
        double bare = score(results, "bare");
        double gate = score(results, "gate");
        System.out.printf("parse and validate %,.0f/s, gate %,.0f/s, ratio %.2f%n", bare, gate, gate / bare);
        System.out.printf("compile a contract of %d fields: %d ms of processor time in a new Java machine, then %d and %d ms%n", FIELDS,
                compile(), compile(), compile());
    }

    private static double score(Collection<RunResult> results, String name) {
        return results.iterator().next().getSecondaryResults().get(name).getScore();
    }

    /** Milliseconds of this thread on a processor, reading included: what else the machine does is not counted. */
    private static long compile() throws IOException {
        Path folder = Files.createDirectories(Files.createTempDirectory("gate").resolve("wide"));
        var text = new StringBuilder("""
                apiVersion: v3.1.0
                kind: DataContract
                id: urn:concordat:contract:wide:1
                name: Wide
                version: 1.0.0
                status: active
                schema:
                  - name: wide
                    physicalName: ledger.wide
                    logicalType: object
                    properties:
                      - {name: id, physicalName: id, logicalType: string, physicalType: text, primaryKey: true, required: true,
                         unique: true, classification: internal}
                """);
        for (int i = 0; i < FIELDS - 1; i++) {
            text.append("""
                          - {name: field%1$d, physicalName: field_%1$d, logicalType: string, physicalType: text, classification: internal,
                             logicalTypeOptions: {minLength: 1, maxLength: 64, pattern: '^[A-Z]{1,8}-[0-9]+$'},
                             customProperties: [{property: owningSystem, value: crm}]}
                    """.formatted(i));
        }
        Files.writeString(folder.resolve("v1.odcs.yaml"), text);
        var threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        Contracts wide = Contracts.read(folder.getParent());
        long taken = threads.getCurrentThreadCpuTime() - start;
        if (wide.newest("wide").fields().size() != FIELDS) {
            throw new AssertionError("the contract should have " + FIELDS + " fields");
        }
        return TimeUnit.NANOSECONDS.toMillis(taken);
    }
}

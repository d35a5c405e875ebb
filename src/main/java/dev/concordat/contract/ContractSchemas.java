package dev.concordat.contract;

import com.networknt.schema.JsonSchema;
import dev.concordat.BridgeException;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jsonvalidator.JsonUriSchemaLoader;

/** Gives camel-json-validator the schema of what the ledger tells the CRM, for {@code contract:<entity>}. */
public final class ContractSchemas implements JsonUriSchemaLoader {
    private static final String SCHEME = "contract:";

    private final Supplier<Contracts> contracts;

    public ContractSchemas(Supplier<Contracts> contracts) {
        this.contracts = contracts;
    }

    @Override
    public JsonSchema createSchema(CamelContext context, String uri) {
        if (!uri.startsWith(SCHEME)) {
            throw new BridgeException("json-validator:" + uri + " names no contract; use json-validator:" + SCHEME
                    + "<entity>, such as json-validator:" + SCHEME + "customer");
        }
        return contracts.get().newest(uri.substring(SCHEME.length())).exportSchema();
    }
}

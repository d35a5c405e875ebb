package dev.concordat.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The shipped contracts, as tests change them. */
public final class ShippedContracts {
    private ShippedContracts() {
    }

    /**
     * The customer's with further fields.
     *
     * @param folder for the copies
     * @param fields as they stand in a contract
     */
    public static Contracts withCustomerFields(Path folder, String fields) throws IOException {
        for (String entity : List.of("customer", "account")) {
            Path copy = Files.createDirectories(folder.resolve(entity)).resolve("v1.odcs.yaml");
            String text = Files.readString(Path.of("contracts", entity, "v1.odcs.yaml"));
            Files.writeString(copy, entity.equals("account") ? text : text.replaceFirst("(?m)^ +- id: givenName$", fields.stripTrailing() + "\n$0"));
        }
        return Contracts.read(folder);
    }
}

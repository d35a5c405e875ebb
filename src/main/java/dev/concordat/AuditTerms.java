package dev.concordat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.audit.AuditPlan;
import dev.concordat.audit.Form;
import dev.concordat.change.Change;
import dev.concordat.change.Enrichment;
import dev.concordat.contract.Contract;
import dev.concordat.contract.Contracts;
import dev.concordat.contract.Field;
import dev.concordat.contract.Owner;
import dev.concordat.contract.Parent;
import dev.concordat.contract.Rule;
import dev.concordat.contract.StatusAlignment;
import dev.concordat.residency.RegionChooser;
import dev.concordat.residency.ResidencyPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What contracts and policy say of what an audit is to look for. */
public final class AuditTerms {
    private static final String UPDATED_AT = "updatedAt";
    private static final int EXAMPLES = 100;

    private final Contracts contracts;
    private final ResidencyPolicy policy;
    private final Enrichment enrichment = Enrichment.ofCustomers();
    private final Contract customer;
    private final Optional<StatusAlignment> alignment;
    private final Optional<Contract> account;

    private AuditTerms(Contracts contracts, ResidencyPolicy policy) {
        this.contracts = contracts;
        this.policy = policy;
        this.customer = contracts.newest(RegionChooser.CUSTOMER);
        this.alignment = customer.statusAlignment();
        this.account = alignment.map(StatusAlignment::dependents).map(contracts::newest)
                .or(() -> contracts.newest().stream().filter(contract -> contract.parent().filter(parent -> parent.entity().equals(customer.entity()))
                        .isPresent()).findFirst());
    }

    /** The plan of an audit, by the newest major of each contract; what neither says is as the delivered contracts have it. */
    public static AuditPlan of(Contracts contracts, ResidencyPolicy policy) {
        var counts = contracts.newest().stream().flatMap(contract -> contract.rules().stream()
                .filter(rule -> rule.kind().equals(Rule.SQL)).map(rule -> count(contract, rule))).toList();
        return new AuditTerms(contracts, policy).plan(Promises.of(contracts), counts);
    }

    private AuditPlan plan(AuditPlan.Targets targets, List<AuditPlan.CountRule> counts) {
        var status = alignment.flatMap(aligned -> customer.field(aligned.field()));
        var names = new AuditPlan.Names(status.map(Field::name).orElse(""), Change.RESIDENCY, account.flatMap(Contract::parent).map(Parent::field).orElse(""),
                balance().map(Field::name).orElse(""), UPDATED_AT);
        var columns = new AuditPlan.Columns(status.map(Field::column), customer.field(Change.RESIDENCY).map(Field::column),
                alignment.map(StatusAlignment::flagColumn), account.flatMap(Contract::parent).map(Parent::column),
                alignment.map(StatusAlignment::balanceColumn));
        return new AuditPlan(targets, alignment.map(aligned -> new AuditPlan.Status(aligned.blocking(), aligned.closing(),
                status.map(Field::validValues).orElse(List.of()), status.map(field -> field.classification().mayBeShown()).orElse(true)))
                .orElse(AuditPlan.Status.NONE),
                entity(customer), account.map(this::entity), names, columns, policy::regionOf,
                Set.of("schema", "not-json", "envelope", "contract-version", "document-size"),
                counts, Duration.ofSeconds(30), Duration.ZERO, Duration.ofHours(1), EXAMPLES);
    }

    private Optional<Field> balance() {
        return account.flatMap(contract -> contract.fields().stream()
                .filter(field -> alignment.filter(aligned -> aligned.balanceColumn().equals(field.column())).isPresent()).findFirst());
    }

    /** Whose an account is, is compared by a rule of its own. */
    private AuditPlan.Entity entity(Contract contract) {
        String parent = contract.parent().map(Parent::field).orElse("");
        return new AuditPlan.Entity(contract.entity(), contract.table(), contract.key().column(),
                contract.fields().stream().filter(field -> !field.key() && !field.name().equals(parent)).map(this::field).toList(), record -> {
            if (record instanceof ObjectNode fields) {
                enrichment.enrich(contract.entity(), fields);
            }
            return record;
        }, new Intents(contracts, contract)::of);
    }

    private AuditPlan.Field field(Field field) {
        var untoldIn = policy.regions().stream().filter(region -> !policy.wayToCrm(region, field).equals("allow")).collect(Collectors.toSet());
        return new AuditPlan.Field(field.name(), field.column(), switch (field.type()) {
            case INTEGER, NUMBER -> Form.NUMBER;
            case TIMESTAMP -> Form.TIME;
            case OBJECT, ARRAY -> Form.JSON;
            case STRING, DATE, BOOLEAN -> Form.TEXT;
        }, field.owner() == Owner.CRM, untoldIn);
    }

    private static AuditPlan.CountRule count(Contract contract, Rule rule) {
        var expected = rule.expected().orElseThrow();
        return new AuditPlan.CountRule(rule.name(), contract.label(), rule.query().orElseThrow(), expected::holds, expected.words(),
                rule.severity().name().toLowerCase(Locale.ROOT));
    }
}

package dev.concordat.contract;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ODCS v3 as records, one to one; what is absent in the file is null, an absent list empty. */
final class Odcs {
    private Odcs() {
    }

    /** @param content what it was read from */
    record Document(
            ByteBuffer content, Place at, String apiVersion, String kind, String id, String version, String status, String name,
            String tenant, String domain, String dataProduct, List<String> tags, Description description,
            List<Server> servers, List<SchemaObject> schema, List<Support> support, Price price, Team team,
            List<Role> roles, String slaDefaultElement, List<SlaProperty> slaProperties,
            List<Definition> authoritativeDefinitions, List<Custom> customProperties, String contractCreatedTs) {
    }

    record Description(
            String usage, String purpose, String limitations, List<Definition> authoritativeDefinitions,
            List<Custom> customProperties) {
    }

    /** What objects and properties have in common. */
    record Element(
            String id, String name, String physicalType, String physicalName, String description, String businessName,
            List<String> tags, List<Custom> customProperties, List<Quality> quality, List<Relationship> relationships,
            List<Definition> authoritativeDefinitions) {
        Optional<Custom> custom(String property) {
            return customProperties.stream().filter(custom -> custom.property().equals(property)).findFirst();
        }
    }

    record SchemaObject(
            Place at, Element element, String logicalType, String dataGranularityDescription,
            List<Property> properties) {
        String name() {
            return element.name();
        }
    }

    record Property(
            Place at, Element element, boolean primaryKey, BigDecimal primaryKeyPosition, String logicalType,
            Map<String, Object> logicalTypeOptions, boolean required, boolean unique, boolean partitioned,
            BigDecimal partitionKeyPosition, String classification, String encryptedName,
            List<String> transformSourceObjects, String transformLogic, String transformDescription,
            List<Object> examples, boolean criticalDataElement, List<Property> properties, Property items) {
        String name() {
            return element.name();
        }

        Place option(String name) {
            return at.key("logicalTypeOptions").key(name);
        }
    }

    record Relationship(Place at, String type, List<String> from, List<String> to, List<Custom> customProperties) {
    }

    record Quality(
            Place at, String id, String name, String description, String type, String dimension, String method,
            String severity, String businessImpact, String unit, String schedule, String scheduler, List<String> tags,
            List<Custom> customProperties, List<Definition> authoritativeDefinitions, String metric, String rule,
            Map<String, Object> arguments, Map<String, Object> operators, String query, String engine,
            Object implementation) {
    }

    record SlaProperty(
            Place at, String id, String property, Object value, Object valueExt, String unit, String element,
            String driver, String description, String schedule, String scheduler) {
    }

    record Server(
            Place at, String id, String server, String type, String description, String environment, List<Role> roles,
            List<Custom> customProperties, Map<String, Object> details) {
    }

    record Role(
            Place at, String id, String role, String description, String access, String firstLevelApprovers,
            String secondLevelApprovers, List<Custom> customProperties) {
    }

    record Team(
            String id, String name, String description, List<Member> members, List<String> tags,
            List<Custom> customProperties, List<Definition> authoritativeDefinitions) {
    }

    record Member(
            Place at, String id, String username, String name, String description, String role, String dateIn,
            String dateOut, String replacedByUsername, List<String> tags, List<Custom> customProperties,
            List<Definition> authoritativeDefinitions) {
    }

    record Support(
            Place at, String id, String channel, String url, String description, String tool, String scope,
            String invitationUrl, List<Custom> customProperties) {
    }

    record Price(String id, BigDecimal priceAmount, String priceCurrency, String priceUnit) {
    }

    record Definition(String id, String url, String type, String description) {
    }

    record Custom(Place at, String id, String property, Object value, String description) {
    }
}

package dev.concordat.residency;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.concordat.BridgeException;
import dev.concordat.contract.Classification;
import dev.concordat.contract.Field;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Says in which region a customer's data must live; a country it does not know has no region (fail closed). */
public final class ResidencyPolicy {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());
    private static final String KEYS = "home, regions, blocked, otherwise, crm";
    private static final Set<String> WAYS = Set.of("block", "tokenize", "allow");
    private static final List<String> CLASSIFICATIONS = Arrays.stream(Classification.values())
            .map(classification -> classification.name().toLowerCase(Locale.ROOT)).toList();

    private final File file;
    private final Map<String, String> regionByCountry;

    record File(
            String home, LinkedHashMap<String, Region> regions, Map<String, String> blocked, Map<String, String> otherwise, List<String> crm,
            @JsonAnySetter Map<String, Object> unknown) {
        File {
            regions = regions == null ? new LinkedHashMap<>() : regions;
            regions.replaceAll((name, region) -> region == null ? new Region(null, null, null) : region);
            blocked = blocked == null ? Map.of() : blocked;
            otherwise = otherwise == null ? Map.of() : otherwise;
            crm = crm == null ? List.of() : crm;
            unknown = unknown == null ? Map.of() : unknown;
        }
    }

    record Region(String description, List<String> countries, @JsonAnySetter Map<String, Object> unknown) {
        Region {
            countries = countries == null ? List.of() : countries.stream().map(String::valueOf).toList();
            unknown = unknown == null ? Map.of() : unknown;
        }
    }

    private ResidencyPolicy(File file, Map<String, String> regionByCountry) {
        this.file = file;
        this.regionByCountry = regionByCountry;
    }

    /**
     * Reads the policy, to go on with what there is to find.
     *
     * @param findings gets what the file contradicts itself in
     * @throws BridgeException when the file cannot be read
     */
    public static ResidencyPolicy read(Path path, List<String> findings) {
        File file;
        try {
            file = new YAMLMapper().readValue(Files.readString(path), File.class);
        } catch (JsonProcessingException e) {
            throw new BridgeException(path + ":" + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()) + " "
                    + e.getOriginalMessage() + "; keys are " + KEYS, e);
        } catch (IOException e) {
            throw new BridgeException("residency policy [" + path + "] cannot be read; concordat.residency names it", e);
        }
        var found = new ArrayList<String>();
        file.unknown.keySet().forEach(key -> found.add(key + " is not known; keys are " + KEYS));
        var regionByCountry = index(file, found);
        check(file, found);
        found.forEach(finding -> findings.add(path + ": " + finding));
        return new ResidencyPolicy(file, regionByCountry);
    }

    private static Map<String, String> index(File file, List<String> findings) {
        var regionByCountry = new HashMap<String, String>();
        file.regions.forEach((name, region) -> {
            if (!name.matches("[a-z][a-z0-9]{0,15}")) {
                findings.add("regions/" + name + " should be 1 to 16 lower-case letters or digits, for example 'eu'");
            }
            region.unknown.keySet().forEach(key -> findings.add("regions/" + name + "/" + key + " is not known; keys are description, countries"));
            if (region.countries.isEmpty()) {
                findings.add("regions/" + name + "/countries is empty; name at least one ISO 3166 alpha-2 country");
            }
            for (String country : region.countries) {
                checkCountry("regions/" + name + "/countries", country, findings);
                String other = regionByCountry.put(country, name);
                if (other != null) {
                    findings.add("country " + country + " stands in " + other + " and in " + name + "; keep one");
                }
                if (file.blocked.containsKey(country)) {
                    findings.add("country " + country + " stands in " + name + " and in blocked; keep one");
                }
            }
        });
        return regionByCountry;
    }

    private static void check(File file, List<String> findings) {
        if (file.regions.isEmpty()) {
            findings.add("regions is empty; name at least one, for example 'eu' with its countries");
        } else if (!file.regions.containsKey(file.home)) {
            findings.add((file.home == null ? "home is missing; it" : "home [" + file.home + "]") + " should be one of the regions " + file.regions.keySet());
        }
        file.blocked.keySet().forEach(country -> checkCountry("blocked", country, findings));
        file.otherwise.forEach((classification, way) -> {
            if (!CLASSIFICATIONS.contains(classification)) {
                findings.add("otherwise/" + classification + " should be one of the classifications "
                        + String.join(", ", CLASSIFICATIONS));
            }
            if (!WAYS.contains(way)) {
                findings.add("otherwise/" + classification + " [" + way + "] should be block, tokenize or allow");
            }
        });
        file.crm.stream().filter(region -> !file.regions.containsKey(region)).forEach(region ->
                findings.add("crm [" + region + "] should be one of the regions " + file.regions.keySet()));
    }

    private static void checkCountry(String where, String country, List<String> findings) {
        if (!COUNTRIES.contains(country)) {
            findings.add(where + " [" + country + "] should be an ISO 3166 alpha-2 country, for example DE"
                    + ("false".equals(country) ? "; write 'NO' in quotes" : ""));
        }
    }

    /** The region in which the intake runs and where a change waits whose region cannot be told. */
    public String home() {
        return file.home;
    }

    /** All regions, in the file's order; each has one lane. */
    public List<String> regions() {
        return List.copyOf(file.regions.keySet());
    }

    /** The region where a resident of the country lives; empty for a country without one. */
    public Optional<String> regionOf(String country) {
        return Optional.ofNullable(regionByCountry.get(country));
    }

    /** Why the country has no region, where the policy says it. */
    public Optional<String> blockedBecause(String country) {
        return Optional.ofNullable(file.blocked.get(country));
    }

    /** Whether the CRM may hold the data of a region's customers as they are. */
    public boolean crmMayHold(String region) {
        return file.crm.contains(region);
    }

    /** Block, tokenize or allow: what happens to a field on its way from a region's ledger to the CRM. */
    public String wayToCrm(String region, Field field) {
        return crmMayHold(region) ? "allow" : field.residency() != null ? field.residency().name().toLowerCase(Locale.ROOT)
                : otherwise(field.classification().name().toLowerCase(Locale.ROOT));
    }

    /** Block, tokenize or allow: what happens at a border to a field of this classification; block where nothing is said. */
    public String otherwise(String classification) {
        return file.otherwise.getOrDefault(classification, "block");
    }
}

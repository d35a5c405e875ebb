package dev.concordat.residency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.BridgeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidencyPolicyTest {
    private static final String SOUND = """
            home: eu
            regions:
              eu: {description: European Union, countries: [DE, 'NO']}
              uk: {countries: [GB]}
            """;
    @TempDir
    Path folder;

    private ResidencyPolicy read(String yaml) throws IOException {
        return Policies.read(Files.writeString(folder.resolve("residency.yaml"), yaml));
    }

    private void assertRefused(String yaml, String... findings) {
        String prefix = folder.resolve("residency.yaml") + ": ";
        assertThatThrownBy(() -> read(yaml)).isInstanceOf(BridgeException.class)
                .hasMessage(prefix + String.join("\n" + prefix, findings));
    }

    @Test
    void theShippedPolicyPlacesEuropeBritainAndAmerica() {
        var policy = Policies.read(Path.of("config/residency.yaml"));
        assertThat(policy.regions()).containsExactly("eu", "uk", "us");
        assertThat(policy.home()).isEqualTo("eu");
        assertThat(policy.regionOf("NO")).contains("eu");
        assertThat(policy.regionOf("JE")).contains("uk");
        assertThat(policy.regionOf("PR")).contains("us");
        assertThat(policy.regionOf("CH")).isEmpty();
        assertThat(policy.regionOf("IN")).isEmpty();
        assertThat(policy.blockedBecause("IN")).contains("RBI, storage of payment data");
        assertThat(policy.blockedBecause("CH")).isEmpty();
        assertThat(policy.crmMayHold("us")).isTrue();
        assertThat(policy.otherwise("internal")).isEqualTo("allow");
        assertThat(policy.otherwise("restricted")).isEqualTo("block");
    }

    @Test
    void whatIsNotSaidIsBlockedAndHeldByNobody() throws IOException {
        var policy = read(SOUND);
        assertThat(policy.crmMayHold("eu")).isFalse();
        assertThat(policy.otherwise("public")).isEqualTo("block");
        assertThat(policy.blockedBecause("IN")).isEmpty();
    }

    @Test
    void norwayNeedsNoQuotesButWhatAnotherToolMadeOfItIsFoundAndExplained() throws IOException {
        assertThat(read(SOUND.replace("'NO'", "NO")).regionOf("NO")).contains("eu");
        assertRefused(SOUND.replace("'NO'", "false"),
                "regions/eu/countries [false] should be an ISO 3166 alpha-2 country, for example DE; write 'NO' in quotes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "home: eu|home: ch|home [ch] should be one of the regions [eu, uk]",
        "[GB]|[GBR]|regions/uk/countries [GBR] should be an ISO 3166 alpha-2 country, for example DE",
        "[GB]|[gb]|regions/uk/countries [gb] should be an ISO 3166 alpha-2 country, for example DE",
        "[GB]|[GB, DE]|country DE stands in eu and in uk; keep one",
        "[GB]|[GB, GB]|country GB stands in uk and in uk; keep one",
        "[GB]|[]|regions/uk/countries is empty; name at least one ISO 3166 alpha-2 country",
        "uk:|UK:|regions/UK should be 1 to 16 lower-case letters or digits, for example 'eu'",
        "uk:|u-k:|regions/u-k should be 1 to 16 lower-case letters or digits, for example 'eu'"})
    void aContradictionIsNamedWithItsPlace(String right, String wrong, String finding) {
        assertRefused(SOUND.replace(right, wrong), finding);
    }

    @Test
    void whatStandsBesideTheRegionsIsCheckedToo() {
        assertRefused(SOUND + "blocked: {DE: a law, Chile: another}\n",
                "country DE stands in eu and in blocked; keep one",
                "blocked [Chile] should be an ISO 3166 alpha-2 country, for example DE");
        assertRefused(SOUND + "otherwise: {public: allow, internal: mask}\n",
                "otherwise/internal [mask] should be block, tokenize or allow");
        assertRefused(SOUND + "otherwise: {secret: allow}\n",
                "otherwise/secret should be one of the classifications public, internal, confidential, restricted");
        assertRefused(SOUND + "crm: [eu, us]\n", "crm [us] should be one of the regions [eu, uk]");
    }

    @Test
    void allFindingsAreToldAtOnce() {
        assertRefused("home: ch\nregions:\n  eu: {countries: [D]}\ncrm: [uk]\n",
                "regions/eu/countries [D] should be an ISO 3166 alpha-2 country, for example DE",
                "home [ch] should be one of the regions [eu]", "crm [uk] should be one of the regions [eu]");
    }

    @Test
    void anUnknownKeyIsNamedBesideAllElse() {
        assertRefused("""
                home: eu
                regions:
                  eu: {countrys: [DE], description: European Union}
                  uk: {countries: [GB], law: {of: 2018}, since: 2021}
                crm: [us]
                bloked: {IN: a law}
                """,
                "bloked is not known; keys are home, regions, blocked, otherwise, crm", "regions/eu/countrys is not known; keys are description, countries",
                "regions/eu/countries is empty; name at least one ISO 3166 alpha-2 country", "regions/uk/law is not known; keys are description, countries",
                "regions/uk/since is not known; keys are description, countries", "crm [us] should be one of the regions [eu, uk]");
        assertRefused(SOUND.replace("home: eu", "hom: eu"),
                "hom is not known; keys are home, regions, blocked, otherwise, crm", "home is missing; it should be one of the regions [eu, uk]");
        assertRefused(SOUND.replace("regions:", "regionz:"), "regionz is not known; keys are home, regions, blocked, otherwise, crm",
                "regions is empty; name at least one, for example 'eu' with its countries");
    }

    @Test
    void whatIsNoPolicyIsNamedWithItsLine() {
        assertThatThrownBy(() -> read(SOUND.replace("regions:", "regions: 7 #"))).isInstanceOf(BridgeException.class)
                .hasMessageMatching("(?s)\\Q" + folder.resolve("residency.yaml") + "\\E:2 .*; keys are home, regions, blocked, otherwise, crm");
    }

    @Test
    void aPolicyThatIsEmptyOrNamesNothingIsRefused() {
        for (String yaml : new String[] {"", "home: eu\n", "home: eu\nregions:\n", "home:\nregions: {eu: {countries: [DE]}}\n",
            "home: eu\nregions: {}\n", "home: eu\nregions: {eu: }\n", "home: eu\nregions: {eu: {countries: [null]}}\n"}) {
            assertThatThrownBy(() -> read(yaml)).as("[" + yaml + "]").isInstanceOf(BridgeException.class)
                    .hasMessageStartingWith(folder.toString());
        }
    }

    @Test
    void aFileThatCannotBeReadNamesTheSetting() {
        assertThatThrownBy(() -> Policies.read(folder.resolve("none.yaml"))).isInstanceOf(BridgeException.class)
                .hasMessage("residency policy [" + folder.resolve("none.yaml") + "] cannot be read; concordat.residency names it");
    }
}

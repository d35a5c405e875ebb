package dev.concordat.sample;

import org.iban4j.CountryCode;
import org.iban4j.Iban;

/** IBANs with the right and the wrong check digits. */
final class Ibans {
    private Ibans() {
    }

    static String valid(Dice dice) {
        String account = Long.toString(dice.within(1_000_000_000L, 10_000_000_000L));
        return new Iban.Builder().countryCode(CountryCode.DE).bankCode("37040044").accountNumber(account).build()
                .toString();
    }

    static String invalid(Dice dice) {
        String valid = valid(dice);
        int check = Integer.parseInt(valid.substring(2, 4));
        int wrong = check == 98 ? 2 : check + 1;
        return valid.substring(0, 2) + String.format("%02d", wrong) + valid.substring(4);
    }
}

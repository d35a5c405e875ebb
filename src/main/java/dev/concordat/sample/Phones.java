package dev.concordat.sample;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;

/** Mobile numbers that are valid in their country. */
final class Phones {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
    private static final int TRIES = 50;

    private Phones() {
    }

    /** A number in E.164 form, such as {@code +436641234567}. */
    static String mobile(Country country, Dice dice) {
        PhoneNumber example = NUMBERS.getExampleNumberForType(country.name(), PhoneNumberType.MOBILE);
        PhoneNumber number = new PhoneNumber().mergeFrom(example);
        for (int i = 0; i < TRIES; i++) {
            long significant = example.getNationalNumber();
            number.setNationalNumber(significant - significant % 100_000 + dice.below(100_000));
            if (NUMBERS.isValidNumber(number)) {
                return e164(number);
            }
        }
        return e164(example);
    }

    private static String e164(PhoneNumber number) {
        return NUMBERS.format(number, PhoneNumberFormat.E164);
    }
}

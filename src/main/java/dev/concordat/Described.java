package dev.concordat;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import javax.management.DescriptorKey;

/** What whoever works a bean, a verb or a parameter over JMX reads of it. */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.PARAMETER})
public @interface Described {
    /** The field of the JMX descriptor that has the words. */
    String FIELD = "description";

    @DescriptorKey(FIELD)
    String value();
}

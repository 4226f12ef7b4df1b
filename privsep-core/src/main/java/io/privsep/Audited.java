package io.privsep;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a parameter of a function whose value is written to the audit of its context.
 * <p>
 * Of other parameters the audit has no more than a digest, as they may be secrets. The
 * parameter has a single value: a number, a text, an enum, a path, a time and the like,
 * no array, collection or record. A text of more than 256 bytes in UTF-8 is cut.
 */
@Documented
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
public @interface Audited {

}

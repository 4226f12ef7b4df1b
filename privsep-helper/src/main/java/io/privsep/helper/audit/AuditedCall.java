package io.privsep.helper.audit;

/**
 * A call that the audit knows of.
 *
 * @param sequence its number, the first of a helper being 1
 * @param text what all lines of the call have
 * @param start when it began, by {@link System#nanoTime}
 */
public record AuditedCall(long sequence, String text, long start) {

}

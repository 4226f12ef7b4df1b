package io.privsep.test.app;

/**
 * Settings of the functions.
 *
 * @param prefix what each message begins with
 */
public record MotdSettings(String prefix) {
}

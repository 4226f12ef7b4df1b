/**
 * Privileged beans for tests.
 */
package io.privsep.sample;

/**
 * Who could change what a helper runs. Who starts a helper looks, before any of it runs.
 */
@NullMarked
package io.privsep.trust;

import org.jspecify.annotations.NullMarked;

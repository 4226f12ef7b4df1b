/**
 * Classes of which some break the rules.
 */
@NullMarked
package io.privsep.test.rules;

import org.jspecify.annotations.NullMarked;

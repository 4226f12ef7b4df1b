/**
 * An application whose helpers mount, and look at what others have.
 */
@NullMarked
package io.privsep.namespaces;

import org.jspecify.annotations.NullMarked;

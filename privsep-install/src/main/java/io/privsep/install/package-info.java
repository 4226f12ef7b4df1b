/**
 * Installs the helpers of an application, as root. The application can then run without
 * any rights. Also checks, lists and takes back what was installed.
 */
@NullMarked
package io.privsep.install;

import org.jspecify.annotations.NullMarked;

/**
 * Installs the helpers of an application, as root, so that the application can run
 * without any rights; and checks, lists and takes back what was installed.
 */
@NullMarked
package io.privsep.install;

import org.jspecify.annotations.NullMarked;

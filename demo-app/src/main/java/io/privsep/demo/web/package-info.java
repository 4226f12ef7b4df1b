/**
 * The demo's HTTP interface; nothing here has privileges.
 */
@NullMarked
package io.privsep.demo.web;

import org.jspecify.annotations.NullMarked;

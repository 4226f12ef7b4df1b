/**
 * Stands in for Kotlin's library.
 */
package kotlin;

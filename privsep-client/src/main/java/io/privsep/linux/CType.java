package io.privsep.linux;

/**
 * The types that functions of the C library take and give here.
 */
public enum CType {

	/** The type {@code int}, and others of its length. */
	INT,

	/** Pointers, and what is as long. */
	POINTER

}

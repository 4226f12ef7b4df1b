package io.privsep.principal;

import org.jspecify.annotations.Nullable;

/**
 * Says on whose behalf the current thread runs. The audit of a context has it, as what
 * the application claims: a helper cannot check it.
 */
@FunctionalInterface
public interface PrincipalSource {

	/** Does not know. */
	PrincipalSource NONE = () -> null;

	/**
	 * The name of the one who asked.
	 * @return the name; {@code null} if nobody has, or it is not known
	 */
	@Nullable String current();

}

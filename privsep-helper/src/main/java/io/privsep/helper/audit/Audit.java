package io.privsep.helper.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.check.RefusalException;
import io.privsep.wire.FrameBody;

/**
 * Where calls are audited, out of the application's reach. This one is off;
 * {@link AuditLog} is loaded only where there is one.
 */
public class Audit {

	/** The audit that is off. */
	public static final Audit OFF = new Audit();

	Audit() {
	}

	/**
	 * Opens the audit of a helper.
	 * @param definition says where it is, if there is one
	 * @param standardError that of the process, which the application may not get to see
	 * @return the audit
	 * @throws RefusalException if it cannot be opened
	 */
	public static Audit open(HelperDefinition definition, PrintStream standardError) throws RefusalException {
		return (definition.logging().audit() instanceof AuditPlace.Off) ? OFF
				: AuditLog.write(definition, standardError);
	}

	/**
	 * What the audit has of the arguments that it is not to show.
	 * @param arguments the arguments as they came
	 * @return their digest, or {@code null} if the audit is off
	 */
	public byte @Nullable [] digest(FrameBody arguments) {
		return null;
	}

	/**
	 * Audits that a function is about to run.
	 * @param function the function
	 * @param principal on whose behalf the application claims to call, if it does
	 * @param digest the digest of its arguments, or {@code null} if the audit is off
	 * @param arguments its arguments
	 * @return the call, for {@link #ended}; {@code null} if the audit is off
	 * @throws IOException if it cannot be written; the function must not run then
	 */
	public @Nullable AuditedCall begin(PrivilegedFunction function, @Nullable String principal,
			byte @Nullable [] digest, @Nullable Object[] arguments) throws IOException {
		return null;
	}

	/**
	 * Audits that a function has ended.
	 * @param call the call, {@code null} if the audit is off
	 * @param thrown what the function threw, {@code null} if it returned
	 */
	public void ended(@Nullable AuditedCall call, @Nullable Throwable thrown) {
	}

	/**
	 * Audits that a function was not run after all.
	 * @param call the call, {@code null} if the audit is off
	 * @param reason why
	 */
	public void refused(@Nullable AuditedCall call, String reason) {
	}

	/**
	 * Audits that a call was refused before it was known what it is.
	 * @param function number of the function, from the wire
	 * @param reason why
	 */
	public void refused(int function, String reason) {
	}

	/**
	 * How long the line that is being written now has taken. May be called by any thread.
	 * @return the time, zero if none is
	 */
	public Duration unfinishedFor() {
		return Duration.ZERO;
	}

	/**
	 * Audits the calls that have not ended, and lets no more begin.
	 */
	public void close() {
	}

}

package io.privsep.channel;

import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.privsep.PrivsepValidationException;
import io.privsep.connection.Connection;
import io.privsep.connection.PendingCall;
import io.privsep.function.PrivilegedFunction;
import io.privsep.thrown.ThrownRebuilder;
import io.privsep.value.UnacceptableValueException;
import io.privsep.value.ValueReader;
import io.privsep.wire.MessageTooLargeException;
import io.privsep.wire.Reply;
import io.privsep.wire.Thrown;

/**
 * Says what a reply means: a value, or an exception.
 */
final class ReplyDecoder {

	/** What a helper sends in the place of a result that it cannot send. */
	private static final Set<String> RESULT_FAILURES = Set.of(UnacceptableValueException.class.getName(),
			MessageTooLargeException.class.getName());

	/** As JDK 17 and 25 say it. */
	private static final Pattern NO_FONTS = Pattern
		.compile("(?i)fontconfig head is null|FontConfiguration\\.head\" is null|FontConfiguration\\.head is null");

	/**
	 * What libraries say that could not unpack native code: zstd-jni; sqlite-jdbc and
	 * snappy-java; those that show the file itself. {@code /proc} is
	 * {@code java.io.tmpdir} of a helper that has no directory for temporary files.
	 */
	private static final Pattern NOT_UNPACKED = Pattern
		.compile("(?i)(cannot|unable to|failed to) unpack|no native library (is )?found|^/proc/[^/]+\\.(so|tmp|lck)$");

	private final ContextSettings settings;

	private final CallFailures failures;

	private final ThrownRebuilder thrownRebuilder;

	ReplyDecoder(ContextSettings settings, CallFailures failures) {
		this.settings = settings;
		this.failures = failures;
		this.thrownRebuilder = new ThrownRebuilder(settings.context(), settings.table().functions(),
				settings.definition().calls().maxElements());
	}

	/**
	 * Decodes the reply of a call that has ended.
	 * @param connection the connection that it was sent to
	 * @param call the call
	 * @return the result
	 * @throws Throwable what the function threw, or why there is no result
	 */
	@Nullable Object decode(Connection connection, PendingCall call) throws Throwable {
		PrivilegedFunction function = call.function();
		String name = function.name();
		Reply reply = call.reply();
		if (reply instanceof Reply.Returned returned) {
			try {
				return ValueReader.read(function.result(), returned.result(),
						this.settings.definition().calls().maxElements());
			}
			catch (UnacceptableValueException ex) {
				throw this.failures.resultNotAccepted(name, ex);
			}
		}
		if (reply instanceof Reply.Threw threw) {
			if (RESULT_FAILURES.contains(threw.thrown().type())) {
				throw this.failures.resultNotSent(name, threw.thrown().message());
			}
			if (isOutOfMemory(threw.thrown())) {
				connection.replace("'" + name + "' ran out of memory");
			}
			Throwable rebuilt = this.thrownRebuilder.rebuild(function, threw.thrown());
			String hint = hint(threw.thrown());
			if (hint != null) {
				rebuilt.addSuppressed(new IllegalStateException(hint));
			}
			throw rebuilt;
		}
		if (reply instanceof Reply.Refused refused) {
			throw this.failures.refused(name, refused.reason());
		}
		if (reply instanceof Reply.Invalid invalid) {
			throw new PrivsepValidationException(this.settings.context(), name, invalid.violations());
		}
		throw this.failures.lost(name, connection);
	}

	// A JVM that has gone on after that may fail anywhere.
	private static boolean isOutOfMemory(Thrown thrown) {
		for (Thrown each = thrown; each != null; each = each.cause()) {
			if (each.type().equals(OutOfMemoryError.class.getName())) {
				return true;
			}
		}
		return false;
	}

	// What a library misses in a helper it says in words that nobody understands.
	private @Nullable String hint(Thrown thrown) {
		String context = "'privsep.contexts." + this.settings.context();
		for (Thrown each = thrown; each != null; each = each.cause()) {
			String message = String.valueOf(each.message());
			if (this.settings.definition().confinement().sandbox() != null && NO_FONTS.matcher(message).find()) {
				return "The sandbox has no fonts; set " + context + ".sandbox.fonts=true'";
			}
			if (this.settings.definition().confinement().sandbox() == null
					&& (each.type().equals(UnsatisfiedLinkError.class.getName())
							|| message.contains(UnsatisfiedLinkError.class.getName())
							|| NOT_UNPACKED.matcher(message).find())) {
				return "A library can unpack native code only if its helper has a directory for temporary files, which "
						+ context + ".tmp=16MB' gives it";
			}
		}
		return null;
	}

}

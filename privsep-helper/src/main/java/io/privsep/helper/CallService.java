package io.privsep.helper;

import java.io.IOException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import io.privsep.PrivsepValidationException.Violation;
import io.privsep.function.PrivilegedFunction;
import io.privsep.helper.audit.Audit;
import io.privsep.helper.audit.AuditedCall;
import io.privsep.helper.log.LogThreshold;
import io.privsep.value.UnacceptableValueException;
import io.privsep.wire.Frame;
import io.privsep.wire.Request;
import io.privsep.wire.Trace;

/**
 * Serves one call after the other: decodes its arguments, checks them, and runs the
 * function.
 */
final class CallService {

	private static final String TRACE_ID = "traceId";

	private static final String SPAN_ID = "spanId";

	private final String context;

	private final Functions functions;

	private final RunningCalls calls;

	private final Audit audit;

	CallService(String context, Functions functions, RunningCalls calls, Audit audit) {
		this.context = context;
		this.functions = functions;
		this.calls = calls;
		this.audit = audit;
	}

	/**
	 * Serves a call, and removes it from those that run.
	 * @param call the call
	 * @param function its function
	 * @param running the call, which can be cancelled
	 * @param factory makes the reply
	 * @return the reply
	 */
	Frame serve(Request.Call call, PrivilegedFunction function, RunningCall running, ReplyFactory factory) {
		long start = System.nanoTime();
		LogThreshold.set(call.caller().logLevel());
		if (factory.isForFirstCall()) {
			// no sooner, as SLF4J loads some 60 classes to begin
			MDC.put("privsep.context", this.context);
		}
		try {
			byte[] digest = this.audit.digest(call.arguments());
			@Nullable Object[] arguments;
			AuditedCall audited;
			try {
				arguments = this.functions.decode(function, call.arguments());
				audited = this.audit.begin(function, call.caller().principal(), digest, arguments);
			}
			catch (UnacceptableValueException | Error ex) {
				// its message may have a part of an argument in it
				this.audit.refused(call.function(), "An argument is not acceptable");
				return factory.refused(call.id(), String.valueOf(ex.getMessage()));
			}
			catch (IOException ex) {
				return factory.refused(call.id(), "the audit cannot be written: " + ex.getMessage());
			}
			trace(call.caller().trace());
			if (function.isConstrained()) {
				Frame reply = violated(function, arguments, running, audited, factory);
				if (reply != null) {
					return reply;
				}
			}
			return run(function, arguments, running, audited, factory);
		}
		finally {
			if (call.caller().trace() != Trace.NONE) {
				MDC.remove(TRACE_ID);
				MDC.remove(SPAN_ID);
			}
			this.functions.took(function, System.nanoTime() - start);
			// before the reply is written: the number is free for whoever has read it
			this.calls.remove(running);
		}
	}

	// Checking may take long, like the function itself: it can be cancelled.
	private @Nullable Frame violated(PrivilegedFunction function, @Nullable Object[] arguments, RunningCall running,
			@Nullable AuditedCall audited, ReplyFactory factory) {
		running.enter();
		try {
			List<Violation> violations = this.functions.violations(function, arguments);
			if (violations.isEmpty()) {
				return null;
			}
			this.audit.refused(audited, "Constraints are broken");
			return factory.invalid(running.id(), violations);
		}
		catch (RuntimeException | Error ex) {
			this.audit.refused(audited, "Constraints cannot be checked");
			return factory.threw(running.id(), function, ex);
		}
		finally {
			running.leave();
		}
	}

	// What the function logs has the ids that the caller's own log lines have, under the
	// names that Spring Boot gives them.
	private static void trace(Trace trace) {
		if (trace != Trace.NONE) {
			MDC.put(TRACE_ID, trace.traceId());
			MDC.put(SPAN_ID, trace.spanId());
		}
	}

	private Frame run(PrivilegedFunction function, @Nullable Object[] arguments, RunningCall running,
			@Nullable AuditedCall audited, ReplyFactory factory) {
		@Nullable Object result;
		running.enter();
		try {
			result = this.functions.invoke(function, arguments);
		}
		catch (Throwable ex) {
			running.leave();
			this.audit.ended(audited, ex);
			return factory.threw(running.id(), function, ex);
		}
		running.leave();
		this.audit.ended(audited, null);
		return factory.returned(running.id(), function, result);
	}

}

package io.privsep.channel;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.channel.ContextSettings.Backoff;
import io.privsep.channel.ContextSettings.Description;
import io.privsep.channel.ContextSettings.Recycle;
import io.privsep.channel.ContextSettings.Times;
import io.privsep.connection.Machine;
import io.privsep.definition.AuditPlace;
import io.privsep.definition.HelperDefinition;
import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.function.FunctionTable;
import io.privsep.launch.HelperProcess;
import io.privsep.launch.LaunchedHelper;
import io.privsep.launch.Launcher;

/**
 * A context of a test. What the test does not set is that of a helper with the
 * application's rights, which has all the time that it needs, and is not pinged.
 */
final class TestContext {

	static final Duration LONG = Duration.ofMinutes(2);

	private final FunctionTable table;

	private @Nullable Rights rights;

	private int clientUid = -1;

	private HelperDefinition.Calls calls = new HelperDefinition.Calls(2, 4 << 20, 250_000);

	private Confinement confinement = new Confinement(0, false, null);

	private String mode = "process";

	private Times times = times(LONG);

	private int standby;

	private Backoff backoff = new Backoff(LONG, LONG, 1);

	private Recycle recycle = Recycle.NEVER;

	private Machine machine = Machine.OF_JVM;

	TestContext(FunctionTable table) {
		this.table = table;
	}

	static Times times(Duration each) {
		return new Times(each, each, each, each, each, Duration.ZERO);
	}

	/**
	 * Has a connection end, as when its helper has. It is not closed for that: whoever is
	 * about to wait in its selector would not be woken.
	 * @param helper the helper
	 * @throws IOException if its connection has ended
	 */
	static void end(HelperProcess helper) throws IOException {
		helper.connection().shutdownInput();
	}

	/**
	 * Has something done before each method of a helper.
	 * @param helper the helper
	 * @param before gets the name of the method
	 * @return the helper, with that
	 */
	static LaunchedHelper before(LaunchedHelper helper, Before before) {
		InvocationHandler handler = (proxy, method, arguments) -> {
			before.method(method.getName());
			try {
				return method.invoke(helper, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		};
		return (LaunchedHelper) Proxy.newProxyInstance(TestContext.class.getClassLoader(),
				new Class<?>[] { LaunchedHelper.class }, handler);
	}

	TestContext rights(@Nullable Rights rights, int clientUid, Confinement confinement) {
		this.rights = rights;
		this.clientUid = clientUid;
		this.confinement = confinement;
		return this;
	}

	TestContext calls(int slots, int maxMessage, int maxElements) {
		this.calls = new HelperDefinition.Calls(slots, maxMessage, maxElements);
		return this;
	}

	TestContext inProcess() {
		this.mode = "in-process";
		return this;
	}

	TestContext with(Times times) {
		this.times = times;
		return this;
	}

	TestContext standby(int standby) {
		this.standby = standby;
		return this;
	}

	TestContext backoff(Duration each) {
		this.backoff = new Backoff(each, each, 1);
		return this;
	}

	TestContext recycle(Recycle recycle) {
		this.recycle = recycle;
		return this;
	}

	TestContext machine(Machine machine) {
		this.machine = machine;
		return this;
	}

	ContextSettings settings(Launcher launcher) {
		List<String> beans = this.table.beans().stream().map((bean) -> bean.type().getName()).toList();
		HelperDefinition definition = new HelperDefinition(this.table.context(), new HelperDefinition.Code(beans, null),
				this.rights, this.clientUid, this.calls, new HelperDefinition.Logging("INFO", new AuditPlace.Off()),
				this.confinement, null);
		return new ContextSettings(this.table, definition, launcher,
				new Description("x", (this.rights != null) ? this.rights.capabilities().names() : List.of(), this.mode,
						"'privsep.contexts." + this.table.context() + ".jvm.max-heap'"),
				this.times, this.standby, this.backoff, this.recycle, this.machine);
	}

	Channel channel(Launcher launcher) {
		return new Channel(settings(launcher));
	}

	/** What is done before a method. */
	@FunctionalInterface
	interface Before {

		void method(String name) throws Exception;

	}

}

package io.privsep.process;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import io.privsep.channel.Channel;
import io.privsep.launch.LaunchedHelper;
import io.privsep.launch.Launcher;

/**
 * An application that is a process of its own, for what cannot be done to the tests' own:
 * it starts one helper, says what it does in lines that {@link RunningApplication} reads,
 * and waits for its end.
 */
final class Application {

	static final String LINE = "application says: ";

	/** More than any test takes; no application outlives the tests by much. */
	private static final Duration LIFETIME = Duration.ofMinutes(10);

	private final Channel channel;

	private Application(Channel channel) {
		this.channel = channel;
	}

	/**
	 * Runs the application.
	 * @param args the user of the helper, then names of {@link Trait}s
	 * @throws Exception if something fails
	 */
	public static void main(String[] args) throws Exception {
		List<Trait> traits = List.of(args).subList(1, args.length).stream().map(Trait::valueOf).toList();
		Launcher launcher = RealHelper.launcher();
		if (traits.contains(Trait.SHORT_LIVED_SPAWNING_THREAD)) {
			launcher = inThreadOfItsOwn(launcher);
		}
		Channel channel = new Channel(RealHelper.settings(launcher,
				traits.contains(Trait.UNPRIVILEGED) ? null : RealHelper.rights(Integer.parseInt(args[0]))));
		channel.start();
		channel.awaitFirstStart();
		say("application " + ProcessHandle.current().pid());
		say("helper " + channel.status().pid());
		new Application(channel).run(traits);
	}

	private void run(List<Trait> traits) throws Exception {
		for (Trait trait : traits) {
			switch (trait) {
				case BUSY -> startCall("sleep", LIFETIME.toMillis());
				case OTHER_CHILD ->
					say("child " + new ProcessBuilder("/bin/sleep", Long.toString(LIFETIME.toSeconds())).start().pid());
				case FINISHES_CALL -> {
					String file = Files.createTempFile("privsep-it-", ".call").toString();
					finishWhenStopped(startCall("sleepWhile", file));
					say("file " + file);
				}
				case SHORT_LIVED_SPAWNING_THREAD -> say("answer " + call("echo", "x"));
				case UNPRIVILEGED -> {
				}
			}
		}
		say("ready");
		Thread.sleep(LIFETIME.toMillis());
		Runtime.getRuntime().halt(1);
	}

	private Thread startCall(String function, Object argument) throws Exception {
		Thread caller = new Thread(() -> say("returned " + call(function, argument)));
		caller.setDaemon(true);
		caller.start();
		while (!Integer.valueOf(1).equals(call("sleeping"))) {
			Thread.sleep(5);
		}
		return caller;
	}

	private void finishWhenStopped(Thread caller) {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			Thread closing = new Thread(this.channel::close);
			closing.start();
			try {
				// until it takes no calls any more
				while (call("sleeping") instanceof Integer) {
					Thread.sleep(5);
				}
				say("stopping");
				caller.join();
				closing.join();
			}
			catch (InterruptedException ex) {
				say("interrupted");
			}
			say("stopped");
		}));
	}

	private @Nullable Object call(String function, Object... arguments) {
		try {
			return this.channel.call(RealHelper.function(function), arguments, LIFETIME);
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	private static Launcher inThreadOfItsOwn(Launcher launcher) {
		return (definition) -> {
			AtomicReference<@Nullable LaunchedHelper> helper = new AtomicReference<>();
			Thread thread = new Thread(() -> {
				try {
					helper.set(launcher.launch(definition));
				}
				catch (Exception ex) {
					ex.printStackTrace();
				}
			});
			thread.start();
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			LaunchedHelper process = helper.get();
			if (process == null) {
				throw new IllegalStateException("not started");
			}
			return process;
		};
	}

	private static void say(String text) {
		System.out.println(LINE + text);
		System.out.flush();
	}

	/**
	 * What an application does.
	 */
	enum Trait {

		/** A call runs for as long as the application may. */
		BUSY,

		/** Another child, that was started after the helper, lives. */
		OTHER_CHILD,

		/** A call runs as long as there is a file, and is waited for at the end. */
		FINISHES_CALL,

		/** The thread that started the helper has ended when it is called. */
		SHORT_LIVED_SPAWNING_THREAD,

		/** Its helper has its own rights. */
		UNPRIVILEGED

	}

}

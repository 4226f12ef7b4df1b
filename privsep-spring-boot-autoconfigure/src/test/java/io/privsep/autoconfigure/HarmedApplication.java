package io.privsep.autoconfigure;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import jakarta.annotation.PreDestroy;
import org.awaitility.Awaitility;
import org.springframework.boot.devtools.restart.Restarter;

import io.privsep.PrivsepTimeoutException;
import io.privsep.PrivsepUnavailableException;
import io.privsep.sample.Faulty;

import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * A {@link FaultyApplication} that is a process of its own, as it comes to harm itself.
 * It says what it sees, in lines.
 */
final class HarmedApplication {

	private static final int CALLERS = 4;

	private HarmedApplication() {
	}

	/**
	 * Runs the application. What happens to it is in the system property
	 * {@code privsep.harm}: {@code calls} until it is ended, {@code descriptors} that run
	 * out, a {@code clock} that is set, or a {@code restart}.
	 * @param args nothing
	 * @throws Exception if something else happens
	 */
	public static void main(String[] args) throws Exception {
		String harm = System.getProperty("privsep.harm");
		FaultyApplication application = FaultyApplication.start(List.of(Farewell.class), "max-concurrency=3",
				"stop-timeout=2m", "ping-interval=" + (harm.equals("clock") ? "5s" : "10s"), "cancel-grace=60s");
		if (harm.equals("descriptors")) {
			// a class that is a file of its own, as here, takes one to be loaded
			catchThrowable(application.functions()::exit);
			application.status();
		}
		say("helper", application.functions().pid());
		switch (harm) {
			case "calls" -> callUntilEnd(application);
			case "descriptors" -> runOutOfDescriptors(application);
			case "clock" -> setClock(application);
			case "restart" -> restart();
			default -> throw new IllegalArgumentException(harm);
		}
	}

	private static void callUntilEnd(FaultyApplication application) {
		AtomicInteger returned = new AtomicInteger();
		AtomicInteger unavailable = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		List<Thread> callers = new ArrayList<>();
		for (int i = 0; i < CALLERS; i++) {
			Thread caller = new Thread(() -> {
				while (unavailable.get() == 0) {
					try {
						application.functions().nap(2000);
						returned.incrementAndGet();
					}
					catch (PrivsepUnavailableException ex) {
						unavailable.incrementAndGet();
					}
					catch (Throwable ex) {
						ex.printStackTrace();
						failed.incrementAndGet();
					}
				}
			});
			callers.add(caller);
			caller.start();
		}
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			int before = returned.get();
			for (Thread each : callers) {
				join(each);
			}
			say("returned", returned.get() - before);
			say("unavailable", unavailable.get());
			say("failed", failed.get());
		}));
		Awaitility.await().until(() -> application.channel().running() == 3);
		say("busy", CALLERS);
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void runOutOfDescriptors(FaultyApplication application) throws Exception {
		Faulty functions = application.functions();
		say("exhausted", functions.exhaustDescriptors());
		say("served", functions.pid());
		say("released", functions.releaseDescriptors());
		long open = descriptors();
		List<FileInputStream> files = exhaust();
		say("served", functions.pid());
		// to signal it takes a descriptor
		say("exit", catchThrowable(functions::exit).getClass().getSimpleName());
		// a start that fails, as what the last helper has left is taken as well; nothing
		// is loaded to wait for it
		String failure = application.status().lastFailure();
		for (int i = 0; i < 12_000 && (failure == null || !failure.contains("Too many open files")); i++) {
			files.addAll(exhaust());
			TimeUnit.MILLISECONDS.sleep(10);
			failure = application.status().lastFailure();
		}
		for (FileInputStream each : files) {
			each.close();
		}
		say("failure", failure);
		say("replaced", functions.pid());
		say("more", descriptors() - open);
		application.close();
	}

	private static List<FileInputStream> exhaust() {
		List<FileInputStream> files = new ArrayList<>();
		while (true) {
			try {
				files.add(new FileInputStream("/dev/null"));
			}
			catch (IOException ex) {
				return files;
			}
		}
	}

	private static long descriptors() throws IOException {
		try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
			return files.count();
		}
	}

	// The clock that this process sees is set by libfaketime, which reads the file.
	private static void setClock(FaultyApplication application) throws Exception {
		Faulty functions = application.functions();
		Path file = Path.of(System.getenv("FAKETIME_TIMESTAMP_FILE"));
		long before = System.currentTimeMillis();
		Path end = file.resolveSibling("end");
		CompletableFuture<Long> inFlight = functions.waitFor(end);
		Files.writeString(file, System.getenv("PRIVSEP_CLOCK"));
		// the library looks at the file once a second
		Awaitility.await().pollDelay(Duration.ZERO).until(() -> days(before) != 0);
		say("days", days(before));
		say("served", functions.pid());
		// a call with a timeout of a millisecond may not even be sent
		say("late",
				Awaitility.await()
					.until(() -> catchThrowable(functions::late), (late) -> late instanceof PrivsepTimeoutException)
					.getClass()
					.getSimpleName());
		// longer than a helper may be silent that does not answer pings: twice the
		// interval
		TimeUnit.SECONDS.sleep(11);
		Files.createFile(end);
		say("served", inFlight.get());
		TimeUnit.SECONDS.sleep(11);
		say("served", functions.pid());
		application.close();
	}

	private static long days(long since) {
		return Math.round((System.currentTimeMillis() - since) / 86_400_000.0);
	}

	// As DevTools do it when a class has changed; the first time they call main again at
	// once, with a class loader of their own.
	private static void restart() {
		say("loader", HarmedApplication.class.getClassLoader().getClass().getSimpleName());
		if (System.setProperty("privsep.restarted", "true") == null) {
			Restarter.getInstance().restart();
		}
		else {
			System.exit(0);
		}
	}

	private static void say(String what, Object value) {
		System.out.println("says: " + what + " " + value);
		System.out.flush();
	}

	/** Calls a function while the application ends. */
	static class Farewell {

		private final Faulty functions;

		Farewell(Faulty functions) {
			this.functions = functions;
		}

		@PreDestroy
		void say() {
			HarmedApplication.say("farewell", this.functions.pid());
		}

	}

}

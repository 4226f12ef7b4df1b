package io.privsep.stopped;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import jakarta.annotation.PreDestroy;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Is stopped while a function runs, calls others until the end, and says what came of
 * them.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({ Work.class, Box.class })
public class StoppedApplication {

	private final Work work;

	private final Box box;

	private final Path stopping;

	private final Thread caller = new Thread(() -> say("in flight", this::hold));

	StoppedApplication(Work work, Box box, @Value("${stopped.file}") Path stopping) {
		this.work = work;
		this.box = box;
		this.stopping = stopping;
	}

	public static void main(String[] args) {
		SpringApplication.run(StoppedApplication.class, args);
	}

	@EventListener(ApplicationReadyEvent.class)
	void call() throws InterruptedException {
		this.caller.start();
		while (!this.work.holds()) {
			Thread.sleep(20);
		}
		System.out.println("CALLED");
	}

	private String hold() throws InterruptedException {
		return this.work.hold(this.stopping);
	}

	@EventListener(ContextClosedEvent.class)
	void stop() throws IOException {
		Files.createFile(this.stopping);
	}

	@PreDestroy
	void destroy() throws InterruptedException {
		this.caller.join();
		say("at the end", () -> this.work.echo("echo"));
		say("at the end, in a sandbox", () -> this.box.echo("echo"));
	}

	private static void say(String when, Callable<String> call) {
		String result;
		try {
			result = call.call();
		}
		catch (Exception ex) {
			result = ex.toString();
		}
		System.out.println(when + ": " + result);
	}

}

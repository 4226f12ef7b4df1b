package io.privsep.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.privsep.benchmarks.load.Payload;

/**
 * Who is compared. The order is that of the tables.
 */
enum SubjectType {

	/** The floor in C. */
	C,

	/** The floor in Java. */
	CHANNEL,

	/** What this is all about. */
	PRIVSEP,

	/** Started by oslo.privsep's rootwrap method, through sudo. */
	OSLO_SUDO,

	/** Started by oslo.privsep's fork method. */
	OSLO_FORK,

	/** With direct executors and large windows. */
	GRPC_DIRECT,

	/** As it comes. */
	GRPC,

	/** Over loopback. */
	RMI,

	/** A program for each call. */
	SUDO;

	boolean isSlowerVariant() {
		return this == OSLO_FORK || this == GRPC;
	}

	boolean isJava() {
		return this != C && this != OSLO_SUDO && this != OSLO_FORK;
	}

	/**
	 * Whether the cell is worth the time that it takes with this subject.
	 * @param cell the cell
	 * @param quick whether there is little time
	 * @return whether to measure it
	 */
	boolean takesPart(Cell cell, boolean quick) {
		if (this == C || this == PRIVSEP) {
			return true;
		}
		boolean text = cell.payload() == Payload.TEXT;
		return switch (this) {
			case CHANNEL -> true;
			case SUDO -> !cell.virtual() && text && cell.callers() <= (quick ? 1 : 4);
			case GRPC, OSLO_FORK -> !cell.virtual() && !quick && (text || cell.callers() == 1);
			case RMI -> !cell.virtual() && (text || !quick && (cell.callers() == 1 || cell.callers() == 8));
			default -> !cell.virtual() && (quick || text || cell.callers() == 1 || cell.callers() == 8);
		};
	}

	/**
	 * The command that starts this subject.
	 * @param jdk the JDK
	 * @param home where everything lies that the subjects run from
	 * @param root whether the helpers get other users
	 * @return the words
	 */
	List<String> command(Jdk jdk, Path home, boolean root) {
		return switch (this) {
			case C -> List.of(home.resolve("floor").toString());
			case CHANNEL -> java(jdk, home, "peer.ChannelFloor");
			case PRIVSEP -> privsep(jdk, home, root, List.of("text", "records"));
			case OSLO_SUDO -> List.of("/usr/bin/python3", home.resolve("oslo_peer.py").toString(), "sudo");
			case OSLO_FORK -> List.of("/usr/bin/python3", home.resolve("oslo_peer.py").toString(), "fork");
			case GRPC_DIRECT -> java(jdk, home, "peer.GrpcPeer", "direct");
			case GRPC -> java(jdk, home, "peer.GrpcPeer");
			case RMI -> java(jdk, home, "peer.RmiPeer");
			case SUDO -> java(jdk, home, "peer.SudoPeer");
		};
	}

	/**
	 * The command that starts privsep with some of its contexts.
	 * @param jdk the JDK
	 * @param home where everything lies that the subjects run from
	 * @param root whether the helpers get other users
	 * @param contexts {@code text} and {@code records}, and more
	 * @return the words
	 */
	static List<String> privsep(Jdk jdk, Path home, boolean root, List<String> contexts) {
		List<String> words = java(jdk, home, "application.CallApplication");
		words.addAll(privsepProperties(root, contexts));
		return words;
	}

	private static List<String> java(Jdk jdk, Path home, String main, String... arguments) {
		List<String> words = new ArrayList<>(List.of(jdk.home().resolve("bin/java").toString(), "-Xms256m", "-Xmx512m",
				"-XX:+UseSerialGC", "-XX:-UsePerfData", "-Djava.io.tmpdir=" + home.resolve("tmp")));
		if (jdk.feature() >= 24) {
			// else they warn, which costs time
			words.add("--enable-native-access=ALL-UNNAMED");
			words.add("--sun-misc-unsafe-memory-access=allow");
		}
		// a helper runs with its application's class path, so no peers are on that; and
		// no logging is on that of the peers, which would log
		String classPath = home.resolve("common") + "/*:"
				+ home.resolve(main.startsWith("peer.") ? "peers" : "application") + "/*";
		words.addAll(List.of("-cp", classPath, "io.privsep.benchmarks." + main));
		words.addAll(List.of(arguments));
		return words;
	}

	static List<String> java(Jdk jdk, Path home, String main, List<String> arguments) {
		return java(jdk, home, main, arguments.toArray(String[]::new));
	}

	/**
	 * The properties of contexts.
	 * @param root whether they have users of their own
	 * @param contexts names of the contexts
	 * @return program arguments
	 */
	static List<String> privsepProperties(boolean root, List<String> contexts) {
		List<String> properties = new ArrayList<>(
				List.of("--spring.main.banner-mode=off", "--logging.level.root=warn"));
		if (!root) {
			properties.add("--privsep.mode=unprivileged");
		}
		int uid = 61251;
		for (String context : contexts) {
			String prefix = "--privsep.contexts." + context + ".";
			properties.add(prefix + "user=" + uid);
			properties.add(prefix + "group=" + uid);
			properties.add(prefix + "capabilities=");
			uid++;
		}
		return properties;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}

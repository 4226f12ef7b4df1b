package io.privsep.command;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.definition.Limits;
import io.privsep.definition.Sandbox;
import io.privsep.linux.Tools;

/**
 * The programs that give a helper its rights and start its JVM, each of which becomes the
 * next one. Capabilities are each thread's own, and a JVM has a dozen threads before its
 * main method: they are set before there is a JVM.
 *
 * @param stages the programs
 */
public record Chain(List<Stage> stages) {

	/**
	 * The programs before the JVM, or bubblewrap, of a child of the application.
	 * @param rights the rights; {@code null} for the application's own, without
	 * capabilities in a sandbox
	 * @param confinement what the helper gives up
	 * @param before what is done while there are still all rights
	 * @return the chain
	 */
	public static Chain ofChild(@Nullable Rights rights, Confinement confinement, List<Stage> before) {
		Sandbox sandbox = confinement.sandbox();
		List<Stage> stages = new ArrayList<>();
		stages.add(new Stage.Shell());
		stages.add(new Stage.Environment(sandbox != null, false));
		stages.add(new Stage.Session());
		stages.add(new Stage.Limiting(Limits.of(rights, confinement)));
		stages.addAll(before);
		if (rights != null) {
			stages.add(new Stage.Credentials(rights));
		}
		else if (sandbox != null) {
			stages.add(new Stage.NoCapabilities());
		}
		Chain chain = new Chain(stages);
		if (rights == null && sandbox == null) {
			// not on every system, and nothing that rights depend on
			return chain.without((stage) -> stage.isOfUnit() && !Tools.exists(stage.program()));
		}
		return chain;
	}

	/**
	 * The programs before the JVM, or bubblewrap, of an installed wrapper.
	 * @param rights the rights
	 * @param confinement what the helper gives up
	 * @param tmp size of its directory for temporary files, in bytes; 0 for none
	 * @param resetsSignals whether env(1) can have signals not ignored any more
	 * @return the chain
	 */
	public static Chain ofWrapper(Rights rights, Confinement confinement, long tmp, boolean resetsSignals) {
		return new Chain(List.of(new Stage.Environment(confinement.sandbox() != null, resetsSignals),
				new Stage.Session(), new Stage.Limiting(Limits.of(rights, confinement))))
			.with(TemporaryMount.of(tmp, rights))
			.with(new Stage.Credentials(rights));
	}

	/**
	 * The same chain with more programs behind.
	 * @param more the programs
	 * @return the chain
	 */
	public Chain with(Collection<? extends Stage> more) {
		return new Chain(Stream.concat(this.stages.stream(), more.stream()).toList());
	}

	/**
	 * The same chain with one more program behind.
	 * @param last the program
	 * @return the chain
	 */
	public Chain with(Stage last) {
		return with(List.of(last));
	}

	/**
	 * The same chain with fewer programs.
	 * @param left those that are left out
	 * @return the chain
	 */
	public Chain without(Predicate<Stage> left) {
		return new Chain(this.stages.stream().filter(left.negate()).toList());
	}

	/**
	 * The chain as a command.
	 * @return the program and its arguments
	 * @throws io.privsep.linux.MissingToolException if the system has not all programs
	 */
	public List<String> command() {
		Tools.require(programs().toArray(String[]::new));
		return this.stages.stream().flatMap((stage) -> stage.command().stream()).collect(Collectors.toList());
	}

	/**
	 * The programs of the system that it takes: all but the JVM.
	 * @return their names
	 */
	public List<String> programs() {
		return this.stages.stream()
			.filter((stage) -> !(stage instanceof Stage.Jvm))
			.map(Stage::program)
			.distinct()
			.toList();
	}

	/**
	 * What systemd does itself, as lines of a unit.
	 * @param user the helper's user, as systemd knows it
	 * @return the lines
	 */
	public String unit(String user) {
		return this.stages.stream().map((stage) -> stage.unit(user)).collect(Collectors.joining());
	}

}

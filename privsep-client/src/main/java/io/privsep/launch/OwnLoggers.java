package io.privsep.launch;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.privsep.definition.HelperDefinition;

/**
 * The loggers of the application under which a helper may log. Every other that it names
 * is put below {@code io.privsep.helper.<context>}, so that what it says cannot pass for
 * the application's own.
 *
 * @param context name of the context
 * @param beanPackages packages of its beans; those below them are not among them
 * @param packages packages that are configured, with all below them
 */
record OwnLoggers(String context, Set<String> beanPackages, List<String> packages) {

	private static final String OTHERS = "io.privsep.helper.";

	static OwnLoggers of(HelperDefinition definition, List<String> packages) {
		Set<String> beanPackages = new HashSet<>();
		for (String bean : definition.code().beans()) {
			int dot = bean.lastIndexOf('.');
			if (dot > 0) {
				beanPackages.add(bean.substring(0, dot));
			}
		}
		return new OwnLoggers(definition.context(), Set.copyOf(beanPackages), List.copyOf(packages));
	}

	/**
	 * The loggers of a helper of which it is not known what runs in it.
	 * @param context name of the context
	 * @return none
	 */
	static OwnLoggers none(String context) {
		return new OwnLoggers(context, Set.of(), List.of());
	}

	/**
	 * The logger for what the helper prints without one.
	 * @return its name
	 */
	String raw() {
		return OTHERS + this.context;
	}

	/**
	 * The logger under which an event is logged.
	 * @param name the logger that the helper names
	 * @return its name
	 */
	String place(String name) {
		int dot = name.lastIndexOf('.');
		boolean isOwn = (dot > 0 && this.beanPackages.contains(name.substring(0, dot)))
				|| this.packages.stream().anyMatch((each) -> name.startsWith(each + "."));
		return isOwn ? name : raw() + "." + name;
	}

}

package io.privsep.definition;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.privsep.definition.HelperDefinition.Confinement;
import io.privsep.definition.HelperDefinition.Rights;

/**
 * The limits of a helper process (getrlimit(2)), soft and hard alike. They are set before
 * it starts, and it checks them itself. That of processes is not one of them: the helper
 * sets it together with its system call filter ({@link Sandbox#maxThreads}).
 *
 * @param all the limits, each of another resource
 */
public record Limits(List<Limit> all) {

	/** The value of a limit that there is none. */
	public static final long UNLIMITED = -1;

	/**
	 * Those of a helper.
	 * @param rights its rights; {@code null} for those of the application
	 * @param confinement what it gives up
	 * @return the limits
	 */
	public static Limits of(@Nullable Rights rights, Confinement confinement) {
		Sandbox sandbox = confinement.sandbox();
		List<Limit> all = new ArrayList<>();
		all.add(new Limit(Resource.CORE, 0));
		if (sandbox != null) {
			all.add(new Limit(Resource.FILE_SIZE, sandbox.maxFileSize()));
			all.add(new Limit(Resource.DATA, sandbox.data()));
			all.add(new Limit(Resource.ADDRESS_SPACE, sandbox.addressSpace()));
			all.add(new Limit(Resource.STACK, Sandbox.STACK));
			all.add(new Limit(Resource.OPEN_FILES, sandbox.maxOpenFiles()));
		}
		else if (rights != null) {
			// those by which whoever starts a helper with more rights than its own could
			// have functions fail half-way: a file that is cut short, memory that is
			// refused
			all.add(new Limit(Resource.FILE_SIZE, UNLIMITED));
			all.add(new Limit(Resource.CPU_TIME, UNLIMITED));
			all.add(new Limit(Resource.ADDRESS_SPACE, UNLIMITED));
			all.add(new Limit(Resource.DATA, UNLIMITED));
		}
		if (sandbox == null && confinement.maxOpenFiles() > 0) {
			all.add(new Limit(Resource.OPEN_FILES, confinement.maxOpenFiles()));
		}
		return new Limits(all);
	}

	/**
	 * A limit.
	 *
	 * @param resource of what
	 * @param value how much, in the resource's own unit; {@link #UNLIMITED} for any
	 */
	public record Limit(Resource resource, long value) {

		/**
		 * The value as a text.
		 * @param unlimited what it is where there is no limit
		 * @return the text
		 */
		public String text(String unlimited) {
			return (this.value == UNLIMITED) ? unlimited : Long.toString(this.value);
		}

	}

	/** What is limited, under the names that others have for it. */
	public enum Resource {

		/** Size of core files in bytes. */
		CORE("core", "Max core file size"),

		/** Size of a file that is written, in bytes. */
		FILE_SIZE("fsize", "Max file size"),

		/** Seconds of processor time. */
		CPU_TIME("cpu", "Max cpu time"),

		/** Bytes of addresses. */
		ADDRESS_SPACE("as", "Max address space"),

		/** Bytes that the process maps for itself alone, and may write. */
		DATA("data", "Max data size"),

		/** Bytes of the first thread's stack. */
		STACK("stack", "Max stack size"),

		/** Descriptors. */
		OPEN_FILES("nofile", "Max open files");

		private final String option;

		private final String title;

		Resource(String option, String title) {
			this.option = option;
			this.title = title;
		}

		/**
		 * Its option of prlimit(1); in capitals, what systemd calls it.
		 * @return the name
		 */
		public String option() {
			return this.option;
		}

		/**
		 * Its name in {@code /proc/self/limits}.
		 * @return the name
		 */
		public String title() {
			return this.title;
		}

	}

}

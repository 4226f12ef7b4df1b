package io.privsep.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

import io.privsep.context.PrivsepProperties.Context;
import io.privsep.context.PrivsepProperties.LauncherType;
import io.privsep.context.PrivsepProperties.Mode;
import io.privsep.definition.HelperDefinition.Rights;
import io.privsep.linux.Accounts;
import io.privsep.rights.Capabilities;
import io.privsep.rights.Capability;
import io.privsep.rights.ThreadRights;

/**
 * The rights that are configured for the helpers of contexts, beside those of the
 * application.
 */
final class ContextRights {

	private final PrivsepProperties properties;

	private final @Nullable ThreadRights own;

	ContextRights(PrivsepProperties properties, @Nullable ThreadRights own) {
		this.properties = properties;
		this.own = own;
	}

	/**
	 * Whom a helper runs as, for people.
	 * @param context the context
	 * @param rights its rights
	 * @return a name or a number, or {@code application}
	 */
	String user(Context context, @Nullable Rights rights) {
		if (rights == null || rights.uid() == ownUid() && context.sandbox() != null) {
			return "application";
		}
		return (context.user() != null && this.properties.mode() == Mode.PROCESS) ? context.user()
				: Integer.toUnsignedString(rights.uid());
	}

	int ownUid() {
		return (this.own != null) ? this.own.uids().get(1) : -1;
	}

	/**
	 * The user that a helper expects its peer to be. A sandboxed helper that the
	 * application starts itself has its definition from the very peer, and is started
	 * again when the application has become another user.
	 * @param context the context
	 * @param launcher its launcher
	 * @return the user; -1 if it does not look
	 */
	int clientUid(Context context, LauncherType launcher) {
		return (context.sandbox() != null && launcher == LauncherType.DIRECT) ? -1 : ownUid();
	}

	/**
	 * Whether these are rights of an ordinary user who runs the application.
	 * @param rights the rights of a helper
	 * @return whether they are
	 */
	boolean isOwnUser(Rights rights) {
		return rights.uid() != 0 && rights.uid() == ownUid();
	}

	// whom the application will be in the end
	private int applicationUid() {
		String dropUser = this.properties.dropRoot().user();
		if (dropUser == null) {
			return ownUid();
		}
		return Accounts.uid(dropUser)
			.orElseThrow(() -> new InvalidConfigurationPropertyValueException("privsep.drop-root.user", dropUser,
					"there is no such user"));
	}

	private int applicationGid(int uid) {
		String dropGroup = this.properties.dropRoot().group();
		if (this.properties.dropRoot().user() == null || dropGroup == null) {
			return Accounts.primaryGid(uid).orElse(uid);
		}
		return Accounts.gid(dropGroup)
			.orElseThrow(() -> new InvalidConfigurationPropertyValueException("privsep.drop-root.group", dropGroup,
					"there is no such group"));
	}

	/**
	 * Whether a helper has rights that the application, in the end, has not, or the
	 * application keeps those of root. Whoever could change its code could have them.
	 * @param context the context
	 * @param rights its rights; {@code null} for the application's own
	 * @return whether it has
	 */
	boolean isMore(Context context, @Nullable Rights rights) {
		ThreadRights application = this.own;
		if (rights == null || this.properties.mode() != Mode.PROCESS
				|| context.sandbox() != null && context.user() == null) {
			return false;
		}
		if (application == null || this.properties.dropRoot().user() != null
				|| SeparationWarnings.isAsGoodAsRoot(application)) {
			return true;
		}
		return application.uids().get(1) != rights.uid() || !application.effective().containsAll(rights.capabilities());
	}

	Capabilities capabilities(String name, Context context) {
		if (context.capabilities() == null) {
			if (this.properties.mode() != Mode.PROCESS) {
				return Capabilities.NONE;
			}
			throw InvalidContext.value(name, ".capabilities", null,
					"'privsep.contexts." + name + ".capabilities' is required; use [] to keep none"
							+ " (in a .properties file, leave the value empty)");
		}
		List<Capability> capabilities = new ArrayList<>();
		for (String capability : context.capabilities()) {
			try {
				capabilities.add(Capability.of(capability));
			}
			catch (IllegalArgumentException ex) {
				throw InvalidContext.element(name, ".capabilities", capability,
						capability.equals("[]") ? "this is an empty list in YAML only; leave the value empty instead"
								: "there is no such capability; " + instead(capability));
			}
		}
		return Capabilities.of(capabilities);
	}

	private static String instead(String capability) {
		List<String> names = new Capabilities((1L << Capability.values().length) - 1).names();
		String word = capability.strip().toLowerCase(Locale.ROOT).replaceFirst("^cap_", "");
		return UnknownKey.nearest(names, word)
			.map((name) -> "did you mean '" + name + "'?")
			.orElse("it is one of " + names);
	}

	/**
	 * The rights of a helper that has others than the application, or fewer.
	 * @param name name of the context
	 * @param context the context
	 * @return the rights; {@code null} for the application's own
	 */
	@Nullable Rights of(String name, Context context) {
		return switch (this.properties.mode()) {
			case PROCESS -> of(name, context, applicationUid());
			case UNPRIVILEGED -> ofApplication(name, context);
			case IN_PROCESS -> null;
		};
	}

	// Those that it will have in the end: what it drops, no helper may keep.
	private @Nullable Rights ofApplication(String name, Context context) {
		boolean isKept = this.own == null || this.own.isOfOrdinaryUser();
		int uid = isKept ? ownUid() : applicationUid();
		if (context.sandbox() != null) {
			return SandboxUser.of(name, uid, isKept ? uid : applicationGid(uid), requireLinux(name));
		}
		return (uid != ownUid()) ? new Rights(uid, applicationGid(uid), List.of(), Capabilities.NONE) : null;
	}

	private ThreadRights requireLinux(String name) {
		if (this.own == null) {
			throw new InsufficientRightsException(name, "A sandbox needs Linux",
					"Use privsep.mode=in-process on this system, which confines nothing.");
		}
		return this.own;
	}

	/**
	 * The rights of a helper in mode {@code process}.
	 * @param name name of the context
	 * @param context the context
	 * @param applicationUid whom the application will be in the end
	 * @return the rights
	 */
	Rights of(String name, Context context, int applicationUid) {
		Capabilities capabilities = capabilities(name, context);
		if (this.own == null) {
			throw new InsufficientRightsException(name,
					"Mode 'process' needs Linux; use privsep.mode=unprivileged or privsep.mode=in-process on this system");
		}
		String user = context.user();
		if (user == null && context.sandbox() != null) {
			return SandboxUser.of(name, applicationUid, applicationGid(applicationUid), requireLinux(name));
		}
		if (user == null) {
			throw InvalidContext.value(name, ".user", null, "'privsep.contexts." + name
					+ ".user' is required; give the helper its own user, by name or number, or set 'privsep.contexts."
					+ name + ".sandbox.enabled=true'");
		}
		int uid = Accounts.uid(user)
			.orElseThrow(() -> InvalidContext.value(name, ".user", user,
					user.matches("-?\\d+") ? "a user has a number from 0 to 4294967294"
							: "there is no such user; while developing, set 'privsep.mode=unprivileged'; else make it"
									+ " with 'useradd --system --shell /usr/sbin/nologin " + user
									+ "', as an installation does, or use a number"));
		int gid = gid(name, context, user, uid);
		List<Integer> groups = context.groups()
			.stream()
			.map((group) -> Accounts.gid(group)
				.orElseThrow(() -> InvalidContext.element(name, ".groups", group, "there is no such group")))
			.sorted()
			.distinct()
			.toList();
		if (uid == 0 && context.sandbox() != null) {
			throw InvalidContext.value(name, ".user", user,
					"root's own files in /proc would be no part of the sandbox; use another user, or none");
		}
		if (uid == 0 && !context.allowRoot()) {
			throw InvalidContext.value(name, ".user", user,
					"uid 0 owns root's files even without capabilities; use another user,"
							+ " or set 'privsep.contexts." + name + ".allow-root=true'");
		}
		if (context.sandbox() == null) {
			checkOtherUser(name, context, user, uid, applicationUid);
		}
		return new Rights(uid, gid, groups, capabilities);
	}

	private static int gid(String name, Context context, String user, int uid) {
		String group = context.group();
		if (group == null) {
			return Accounts.primaryGid(uid).orElse(uid);
		}
		return Accounts.gid(group)
			.orElseThrow(() -> InvalidContext.value(name, ".group", group,
					"there is no such group; make it with 'groupadd --system " + group + "', or use a number"));
	}

	private static void checkOtherUser(String name, Context context, String user, int uid, int applicationUid) {
		if (uid == applicationUid && uid != 0 && !context.allowSameUser()) {
			throw InvalidContext.value(name, ".user", user,
					"it is the application's own user, which could take over a helper of the same user; use another,"
							+ " or set 'privsep.contexts." + name + ".allow-same-user=true'");
		}
	}

}

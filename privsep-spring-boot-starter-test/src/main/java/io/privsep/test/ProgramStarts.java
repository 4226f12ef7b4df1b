package io.privsep.test;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;

/**
 * Whether a method starts a program, itself or through other methods of its class.
 */
final class ProgramStarts {

	private ProgramStarts() {
	}

	static boolean areMadeBy(JavaClass type, Method method) {
		Deque<JavaCodeUnit> left = new ArrayDeque<>();
		for (JavaMethod each : type.getAllMethods()) {
			if (each.reflect().equals(method)) {
				left.add(each);
			}
		}
		Set<JavaCodeUnit> seen = new HashSet<>();
		while (!left.isEmpty()) {
			JavaCodeUnit next = left.remove();
			if (!seen.add(next)) {
				continue;
			}
			for (JavaAccess<?> access : next.getAccessesFromSelf()) {
				if (startsProgram(access.getTarget())) {
					return true;
				}
				if (access.getTarget().resolveMember().orElse(null) instanceof JavaCodeUnit called
						&& called.getOwner().equals(next.getOwner())) {
					left.add(called);
				}
			}
		}
		return false;
	}

	private static boolean startsProgram(AccessTarget target) {
		JavaClass owner = target.getOwner();
		return owner.isEquivalentTo(ProcessBuilder.class) && target.getName().equals("<init>")
				|| owner.isEquivalentTo(Runtime.class) && target.getName().equals("exec");
	}

}

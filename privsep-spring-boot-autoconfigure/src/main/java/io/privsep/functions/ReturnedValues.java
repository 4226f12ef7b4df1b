package io.privsep.functions;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.asm.Handle;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * Reads the code of a method for the classes of what it may return: whatever it makes,
 * and parameters, fields and results of methods that it returns, also from a variable.
 */
final class ReturnedValues extends MethodVisitor {

	private final BeanMethodResult result;

	private final Map<Integer, Set<Value>> variables = new HashMap<>();

	private final Map<Label, Set<Value>> jumps = new HashMap<>();

	/** What may be on top of the stack; empty if that is not known. */
	private Set<Value> top = new HashSet<>();

	ReturnedValues(BeanMethodResult result, boolean isStatic, String descriptor) {
		super(Opcodes.ASM9);
		this.result = result;
		int variable = isStatic ? 0 : 1;
		for (Type parameter : Type.getArgumentTypes(descriptor)) {
			this.variables.put(variable, values(parameter, null));
			variable += parameter.getSize();
		}
	}

	@Override
	public void visitInsn(int opcode) {
		if (opcode == Opcodes.ARETURN) {
			this.top.forEach(this::addReturned);
		}
		this.top = new HashSet<>();
	}

	private void addReturned(Value value) {
		this.result.add(value.type());
		if (value.method() != null) {
			this.result.follow(value.method().getOwner(), value.method().getName(), value.method().getDesc());
		}
	}

	@Override
	public void visitVarInsn(int opcode, int variable) {
		Set<Value> values = this.variables.computeIfAbsent(variable, (each) -> new HashSet<>());
		if (opcode == Opcodes.ASTORE) {
			values.addAll(this.top);
		}
		this.top = (opcode == Opcodes.ALOAD) ? new HashSet<>(values) : new HashSet<>();
	}

	@Override
	public void visitTypeInsn(int opcode, String type) {
		if (opcode == Opcodes.NEW) {
			this.result.add(type);
		}
		this.top = (opcode == Opcodes.CHECKCAST) ? values(Type.getObjectType(type), null) : new HashSet<>();
	}

	@Override
	public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
		boolean isRead = opcode == Opcodes.GETFIELD || opcode == Opcodes.GETSTATIC;
		this.top = isRead ? values(Type.getType(descriptor), null) : new HashSet<>();
	}

	@Override
	public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
		this.top = values(Type.getReturnType(descriptor),
				new Handle(Opcodes.H_INVOKEVIRTUAL, owner, name, descriptor, isInterface));
	}

	@Override
	public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
		for (Object argument : arguments) {
			if (argument instanceof Handle handle && handle.getTag() == Opcodes.H_NEWINVOKESPECIAL) {
				this.result.add(handle.getOwner());
			}
			else if (argument instanceof Handle handle && handle.getName().contains("lambda$")) {
				this.result.follow(handle.getOwner(), handle.getName(), handle.getDesc());
			}
		}
		this.top = new HashSet<>();
	}

	@Override
	public void visitJumpInsn(int opcode, Label label) {
		if (opcode == Opcodes.GOTO) {
			this.jumps.computeIfAbsent(label, (each) -> new HashSet<>()).addAll(this.top);
		}
		this.top = new HashSet<>();
	}

	@Override
	public void visitLabel(Label label) {
		this.top.addAll(this.jumps.getOrDefault(label, Set.of()));
	}

	@Override
	public void visitIntInsn(int opcode, int operand) {
		this.top = new HashSet<>();
	}

	@Override
	public void visitLdcInsn(Object value) {
		this.top = new HashSet<>();
	}

	private static Set<Value> values(Type type, @Nullable Handle method) {
		return (type.getSort() == Type.OBJECT) ? new HashSet<>(Set.of(new Value(type.getInternalName(), method)))
				: new HashSet<>();
	}

	/**
	 * A value.
	 *
	 * @param type its declared class, as in code
	 * @param method whose result it is, if it is one
	 */
	private record Value(String type, @Nullable Handle method) {
	}

}

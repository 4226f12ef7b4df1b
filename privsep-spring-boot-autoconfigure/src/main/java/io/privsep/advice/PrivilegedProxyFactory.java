package io.privsep.advice;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.ProxyFactory;

/**
 * Keeps the call of the function last: an advisor that another post-processor appends,
 * validation for one, would otherwise never be asked.
 */
final class PrivilegedProxyFactory extends ProxyFactory {

	private static final long serialVersionUID = 1L;

	@Override
	public void addAdvisor(Advisor advisor) {
		boolean callIsLast = getAdvisorCount() > 0
				&& getAdvisors()[getAdvisorCount() - 1].getAdvice() instanceof PrivsepFunctionInterceptor;
		addAdvisor(callIsLast ? getAdvisorCount() - 1 : getAdvisorCount(), advisor);
	}

}

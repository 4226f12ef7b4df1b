package io.privsep.demo.web;

import java.io.IOException;
import java.util.List;
import java.util.Objects;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.model.tool.ToolCallingManager;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.execution.DefaultToolExecutionExceptionProcessor;
import org.springframework.ai.tool.method.MethodToolCallbackProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import io.privsep.PrivsepException;
import io.privsep.actuate.PrivsepEndpoint;
import io.privsep.demo.privsep.Handbook;
import io.privsep.demo.privsep.HandbookPages;

/**
 * Calls a tool as a language model does: Spring AI is given the reply in which a model
 * asks for the call, and makes the message that the model gets back.
 */
@RestController
@RequestMapping("/api/tools")
@ConditionalOnBooleanProperty(name = "privsep.enabled", matchIfMissing = true)
class ToolsController {

	private static final String TOOL = "readPage";

	private final Handbook handbook;

	private final PrivsepEndpoint endpoint;

	ToolsController(Handbook handbook, PrivsepEndpoint endpoint) {
		this.handbook = handbook;
		this.endpoint = endpoint;
	}

	/**
	 * Has the tool called that runs in the helper.
	 * @param name name of the call
	 * @return what a model would have sent and received
	 */
	@PostMapping("/{call}")
	Exchange callInHelper(@PathVariable("call") String name) {
		if (Objects.requireNonNull(this.endpoint.context("documents")).mode().equals("in-process")) {
			throw new BadRequestException("There is no helper that could be confined in mode 'in-process'");
		}
		return call(this.handbook, ModelCall.of(name));
	}

	/**
	 * Has the same tool called in the application itself.
	 * @param name name of the call
	 * @return what a model would have sent and received
	 */
	@PostMapping("/{call}/by-application")
	Exchange callInApplication(@PathVariable("call") String name) {
		return call(new HandbookOfApplication(), ModelCall.of(name));
	}

	private static Exchange call(Object tools, ModelCall call) {
		ToolCallingChatOptions options = ToolCallingChatOptions.builder()
			.toolCallbacks(MethodToolCallbackProvider.builder().toolObjects(tools).build().getToolCallbacks())
			.build();
		AssistantMessage asked = AssistantMessage.builder()
			.toolCalls(List.of(new AssistantMessage.ToolCall("1", "function", TOOL, call.arguments)))
			.build();
		List<?> conversation = ToolCallingManager.builder()
			// a call that could not be made is nothing that a model should hear of
			.toolExecutionExceptionProcessor(DefaultToolExecutionExceptionProcessor.builder()
				.rethrowExceptions(List.of(PrivsepException.class))
				.build())
			.build()
			.executeToolCalls(new Prompt("What does the handbook say?", options),
					new ChatResponse(List.of(new Generation(asked))))
			.conversationHistory();
		ToolResponseMessage told = (ToolResponseMessage) conversation.get(conversation.size() - 1);
		return new Exchange(TOOL, call.arguments, told.getResponses().get(0).responseData());
	}

	/**
	 * The tool without a helper, for comparison.
	 */
	private static final class HandbookOfApplication {

		@Tool(description = HandbookPages.DESCRIPTION)
		String readPage(String page) throws IOException {
			return HandbookPages.read(page);
		}

	}

	/**
	 * A call that a model asks for.
	 */
	private enum ModelCall {

		/** What the tool is for. */
		HONEST("{\"page\": \"tea.txt\"}"),

		/** What a page on the web, or a mail, has talked the model into. */
		PASSWD("{\"page\": \"../../../../../../etc/passwd\"}");

		private final String arguments;

		ModelCall(String arguments) {
			this.arguments = arguments;
		}

		private static ModelCall of(String name) {
			return switch (name) {
				case "honest" -> HONEST;
				case "passwd" -> PASSWD;
				default -> throw new BadRequestException("There is no call '" + name + "'");
			};
		}

	}

	/**
	 * A call, as a model sees it.
	 *
	 * @param tool name of the tool
	 * @param arguments the arguments that the model has chosen, in JSON
	 * @param reply what the model is told
	 */
	record Exchange(String tool, String arguments, String reply) {

	}

}

import { type JsonObject, member, stringMember } from "../../../base/index.ts";
import type { Channel } from "../../../domain/index.ts";

/** Programs that write down a whole estate, by the agent that they call themselves. */
const IAC_AGENT =
  /\bHashiCorp\b|\bTerraform\/|\bOpenTofu\b|\bPulumi\b|\baws-cdk\b|\bAPN\/1\.0 .*Terraform\b|\bterragrunt\b/i;
const CONSOLE_AGENT =
  /^(?:signin\.amazonaws\.com|console(?:\.[a-z0-9-]+)?\.amazonaws\.com|S3Console\/|AWS-Console|Mozilla\/)|\bS3Console\b/i;
const CLI_AGENT = /^aws-cli\/|\baws-cli\b|CloudShell/i;
const SDK_AGENT = /^(?:Boto3|Botocore|aws-sdk-|AWSPowerShell|aws-internal)/i;

/**
 * The transport, by the first rule that answers. The console's own mark goes before any agent text: most
 * console calls carry `AWS Internal`, and an agent is a text that the client chose.
 */
export function channelOf(record: JsonObject): Channel {
  const fromConsole = member(record, "sessionCredentialFromConsole");
  if (fromConsole === true || fromConsole === "true") return "console";
  const eventType = stringMember(record, "eventType");
  if (eventType === "AwsConsoleAction" || eventType === "AwsConsoleSignIn") return "console";
  const agent = stringMember(record, "userAgent") ?? "";
  // An IaC tool's agent also names the SDK that it is built on.
  if (IAC_AGENT.test(agent)) return "iac";
  if (stringMember(member(record, "userIdentity"), "invokedBy") === "cloudformation.amazonaws.com")
    return "iac";
  if (agent === "cloudformation.amazonaws.com") return "iac";
  if (CONSOLE_AGENT.test(agent)) return "console";
  if (CLI_AGENT.test(agent)) return "cli";
  if (SDK_AGENT.test(agent) || /\.amazonaws\.com$/.test(agent)) return "api";
  return agent === "" ? "unknown" : "api";
}

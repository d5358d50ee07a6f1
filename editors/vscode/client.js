// The editor's side: starts `protocol-dsl language-server` and hands it the files that are open.

const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

async function activate() {
  const command = vscode.workspace.getConfiguration("protocol").get("command", "protocol-dsl");
  client = new LanguageClient(
    "protocol",
    "Protocol",
    { command, args: ["language-server"], transport: TransportKind.stdio },
    { documentSelector: [{ language: "protocol" }] },
  );
  try {
    await client.start();
  } catch {
    vscode.window.showErrorMessage(
      `The command ${command} does not start. Install it by: python -m pip install 'protocol-dsl[editor]', ` +
        "and name its path in the setting protocol.command.",
    );
  }
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };

//! Drives a whole run with the generated client.

use std::error::Error;
use std::{env, fs, path::PathBuf};

use tokenmeter_client::apis::configuration::Configuration;
use tokenmeter_client::apis::{results_api, runs_api, webhooks_api};
use tokenmeter_client::models::concurrency_load_input::Mode;
use tokenmeter_client::models::{
    ConcurrencyLoadInput, ConcurrencyLoadStageInput, LoadInput, RunSpecInput, RunStatus,
    TargetSpecInput, WebhookEndpointInput, WebhookEvent,
};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn save(name: &str, content: &[u8]) -> Outcome<()> {
    let folder = PathBuf::from(env::var("OUTPUT_FOLDER")?);
    Ok(fs::write(folder.join(name), content)?)
}

fn quickstart() -> Outcome<RunSpecInput> {
    let load = ConcurrencyLoadInput {
        warmup_requests: Some(2),
        ..ConcurrencyLoadInput::new(
            Mode::Concurrency,
            vec![ConcurrencyLoadStageInput {
                requests: Some(20),
                ..ConcurrencyLoadStageInput::new(5)
            }],
        )
    };
    let target = TargetSpecInput {
        id: Some("local".to_owned()),
        ..TargetSpecInput::new(
            env::var("TARGET_URL")?,
            "meta-llama/Llama-2-70b-chat-hf".to_owned(),
        )
    };
    Ok(RunSpecInput {
        name: Some("Quickstart".to_owned()),
        load: Some(Box::new(LoadInput::ConcurrencyLoadInput(Box::new(load)))),
        ..RunSpecInput::new(vec![target])
    })
}

async fn save_results(client: &Configuration, run_id: &str) -> Outcome<()> {
    let report = results_api::get_report(client, run_id, None).await?;
    save("report.json", &serde_json::to_vec(&report)?)?;
    let samples = results_api::get_samples_ndjson(client, run_id, None, None).await?;
    save("samples.ndjson", &samples.bytes().await?)?;
    let csv = results_api::get_report_csv(client, run_id, None).await?;
    save("report.csv", &csv.bytes().await?)?;
    let html = results_api::get_report_html(client, run_id, None).await?;
    save("report.html", &html.bytes().await?)?;
    let archive = results_api::get_llmperf_archive(client, run_id, None).await?;
    save("llmperf.zip", &archive.bytes().await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let mut client = Configuration::new();
    client.base_path = env::var("TOKENMETER_URL")?;
    client.bearer_access_token = Some(env::var("TOKENMETER_API_KEY")?);

    let mut run = runs_api::create_run(&client, quickstart()?, None, None).await?;
    while run.status != RunStatus::Completed {
        run = runs_api::get_run(&client, &run.run_id, Some("wait=10"), None).await?;
    }
    save_results(&client, &run.run_id).await?;

    let files = fs::read_dir(env::var("IMPORT_FOLDER")?)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Outcome<Vec<_>>>()?;
    let imported = results_api::import_files(&client, files, None, None).await?;
    let runs = format!("{},{}", run.run_id, imported.run_id);
    let comparison = results_api::compare_runs(&client, &runs, None, None).await?;
    save("comparison.json", &serde_json::to_vec(&comparison)?)?;

    let webhook = WebhookEndpointInput {
        events: Some(vec![WebhookEvent::RunCompleted]),
        ..WebhookEndpointInput::new(env::var("WEBHOOK_URL")?)
    };
    let endpoint = webhooks_api::create_webhook_endpoint(&client, webhook, None).await?;
    webhooks_api::delete_webhook_endpoint(&client, &endpoint.webhook_endpoint_id).await?;
    runs_api::delete_run(&client, &imported.run_id).await?;
    runs_api::delete_run(&client, &run.run_id).await?;
    Ok(())
}

//! The sound of a reminder.

use crate::Settings;
use aegis_ports::{Speaker, SpeakerError};
use async_trait::async_trait;
use rodio::source::{SineWave, Source};
use rodio::{DeviceSinkBuilder, Player};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;
use tracing::debug;

/// For a chime, from asking for the device to its last tone.
const LIMIT: Duration = Duration::from_secs(5);
/// How often the device is looked at while it plays.
const LOOK: Duration = Duration::from_millis(20);
/// After the last tone, for what the device still holds (rodio's buffer is 100 ms).
const DRAIN: Duration = Duration::from_millis(200);
/// The chime: a fifth that rises from A5, in hertz.
const TONES: [f32; 2] = [880.0, 1318.5];
const TONE: Duration = Duration::from_millis(220);
const ATTACK: Duration = Duration::from_millis(8);
/// Loud enough to be heard beside other sounds, and no louder.
const VOLUME: f32 = 0.25;

/// Plays on the default sound device, unless the user wants no sound.
pub struct DeviceSpeaker {
    settings: Arc<Settings>,
    /// One chime at a time; a device that hangs holds this, and the next ones time out.
    turn: Arc<Semaphore>,
}

impl DeviceSpeaker {
    /// A speaker that is on or off as the settings say.
    #[must_use]
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { settings, turn: Arc::new(Semaphore::new(1)) }
    }
}

#[async_trait]
impl Speaker for DeviceSpeaker {
    async fn chime(&self) -> Result<(), SpeakerError> {
        if !self.settings.sound() {
            return Err(SpeakerError::Off);
        }
        let chime = async {
            let turn = self.turn.clone().acquire_owned().await;
            let turn = turn.map_err(|error| SpeakerError::Unavailable(error.to_string()))?;
            on_a_thread(turn).await
        };
        timeout(LIMIT, chime).await.unwrap_or(Err(SpeakerError::TimedOut(LIMIT.as_secs())))
    }
}

/// A thread of its own, not one of the runtime's: Aegis can end while a device hangs.
async fn on_a_thread(turn: OwnedSemaphorePermit) -> Result<(), SpeakerError> {
    let (sender, result) = oneshot::channel();
    thread::Builder::new()
        .name("aegis-chime".into())
        .spawn(move || {
            let _turn = turn;
            // Whoever waited may have given up.
            let _ = sender.send(play());
        })
        .map_err(|error| SpeakerError::Unavailable(error.to_string()))?;
    result.await.unwrap_or_else(|_| Err(SpeakerError::Unavailable("it broke".into())))
}

fn play() -> Result<(), SpeakerError> {
    let complaints = quiet();
    let played = play_aloud();
    if let (Err(error), Some(complaints)) = (&played, complaints) {
        debug!(%error, complaints = %complaints.borrow(), "no sound");
    }
    played
}

/// The sound library writes what it misses to standard error, which is the user's terminal. What it
/// would have written on this thread is gathered instead.
fn quiet() -> Option<Rc<RefCell<alsa::Output>>> {
    alsa::Output::local_error_handler().ok()
}

fn play_aloud() -> Result<(), SpeakerError> {
    let mut device = DeviceSinkBuilder::open_default_sink()
        .map_err(|error| SpeakerError::Unavailable(error.to_string()))?;
    device.log_on_drop(false);
    let player = Player::connect_new(device.mixer());
    for tone in TONES {
        player.append(voice(tone));
    }
    let begun = Instant::now();
    while !player.empty() {
        if begun.elapsed() > LIMIT {
            return Err(SpeakerError::TimedOut(LIMIT.as_secs()));
        }
        thread::sleep(LOOK);
    }
    thread::sleep(DRAIN);
    Ok(())
}

/// One tone that swells quickly and dies away, as a struck bar does.
fn voice(hertz: f32) -> impl Source + Send + 'static {
    SineWave::new(hertz).take_duration(TONE).fade_in(ATTACK).fade_out(TONE).amplify(VOLUME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chime_is_short_and_never_too_loud() {
        for tone in TONES {
            let voice = voice(tone);
            let rate = voice.sample_rate().get();
            let samples: Vec<f32> = voice.collect();
            let length = Duration::from_secs_f64(samples.len() as f64 / f64::from(rate));
            assert!(length.abs_diff(TONE) < Duration::from_millis(1), "{length:?}");
            let loudest = samples.iter().fold(0_f32, |most, sample| most.max(sample.abs()));
            assert!(loudest > VOLUME / 2.0 && loudest <= VOLUME, "{loudest}");
            // It begins and ends without a click.
            let (first, last) = (samples.first().copied(), samples.last().copied());
            assert!(
                [first, last].iter().flatten().all(|edge| edge.abs() < 0.01),
                "{first:?} {last:?}"
            );
        }
    }
}

//! Android alone: rustls asks the platform whether a certificate is good, and for that needs the app's
//! context, which must be handed over before the first connection. `Certificates.kt` does it.

use jni::EnvUnowned;
use jni::errors::ThrowRuntimeExAndDefault;
use jni::objects::JObject;

/// `org.xuncha.core.Certificates.init(context)`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_xuncha_core_Certificates_init<'local>(
    mut env: EnvUnowned<'local>,
    _this: JObject<'local>,
    context: JObject<'local>,
) {
    env.with_env(|env| rustls_platform_verifier::android::init_with_env(env, context))
        .resolve::<ThrowRuntimeExAndDefault>();
}

package org.xuncha.app.platform

import android.content.Context
import android.provider.Settings
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import org.xuncha.core.KeyVault
import org.xuncha.core.VaultException
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.ProviderException
import java.security.UnrecoverableKeyException
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** Where the platform keeps a secret key; a seam, because a plain JVM has no such place. */
interface SecretStore {
    /** The key, or none if there is none any more. */
    fun key(): SecretKey?

    /** Makes one in place of any other. */
    fun make(): SecretKey
}

/** Wraps the book's data key with a key that never leaves the phone's hardware. */
class KeystoreVault(context: Context, private val store: SecretStore = AndroidKeystore()) : KeyVault {
    private val doubt = Doubt(context)

    override fun wrap(key: ByteArray): ByteArray = answering {
        try {
            wrapWith(readableKey() ?: store.make(), key)
        } catch (_: KeyPermanentlyInvalidatedException) {
            wrapWith(store.make(), key)
        }
    }

    private fun wrapWith(own: SecretKey, key: ByteArray): ByteArray {
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.ENCRYPT_MODE, own)
        return cipher.iv + cipher.doFinal(key)
    }

    override fun unwrap(wrapped: ByteArray): ByteArray = answering {
        val own = readableKey() ?: throw VaultException.KeyLost()
        if (wrapped.size <= NONCE) throw VaultException.KeyLost()
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, own, GCMParameterSpec(TAG_BITS, wrapped, 0, NONCE))
        cipher.doFinal(wrapped, NONCE, wrapped.size - NONCE)
    }

    /**
     * The key; none if there is none, or none that can ever be read again: then another may take its place.
     *
     * Android says in the same word that a key was invalidated and that its key store stumbled. The latter has a cause and
     * mostly passes in a moment; else nobody can tell before the phone was started anew.
     */
    private fun readableKey(tries: Int = TRIES): SecretKey? =
        try {
            store.key().also { doubt.end() }
        } catch (_: KeyPermanentlyInvalidatedException) {
            null
        } catch (error: UnrecoverableKeyException) {
            when {
                tries > 1 -> {
                    Thread.sleep(MOMENT_MS)
                    readableKey(tries - 1)
                }
                error.cause == null || doubt.outlivedRestart() -> null
                else -> throw error
            }
        }

    /** Lost is only what can never come back; all else may be better after the phone was unlocked. */
    private fun answering(work: () -> ByteArray): ByteArray =
        try {
            work()
        } catch (_: KeyPermanentlyInvalidatedException) {
            throw VaultException.KeyLost()
        } catch (_: AEADBadTagException) {
            throw VaultException.KeyLost()
        } catch (error: GeneralSecurityException) {
            throw VaultException.Unavailable(error.toString())
        } catch (error: ProviderException) {
            throw VaultException.Unavailable(error.toString())
        }

    private companion object {
        const val CIPHER = "AES/GCM/NoPadding"
        const val NONCE = 12
        const val TAG_BITS = 128
        const val TRIES = 3
        const val MOMENT_MS = 300L
    }
}

/** That the key can't be read, of which nobody can tell whether it passes. */
private class Doubt(private val context: Context) {
    private val kept = context.getSharedPreferences("vault", Context.MODE_PRIVATE)

    /** How often the phone was started. */
    private val starts get() = Settings.Global.getInt(context.contentResolver, Settings.Global.BOOT_COUNT, 0)

    /** Whether the phone was started anew since it began, which is now if there was none. */
    fun outlivedRestart(): Boolean {
        if (!kept.contains(BEGAN)) kept.edit().putInt(BEGAN, starts).apply()
        return kept.getInt(BEGAN, starts) < starts
    }

    /** The key was read. */
    fun end() {
        if (kept.contains(BEGAN)) kept.edit().remove(BEGAN).apply()
    }

    private companion object {
        const val BEGAN = "unreadable_since_start"
    }
}

/** The platform's own key store. */
class AndroidKeystore : SecretStore {
    override fun key(): SecretKey? {
        val store = KeyStore.getInstance(PROVIDER).apply { load(null) }
        return store.getKey(ALIAS, null) as SecretKey?
    }

    override fun make(): SecretKey =
        KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).apply {
            init(
                KeyGenParameterSpec
                    .Builder(ALIAS, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
                    .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
                    .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
                    .setKeySize(KEY_BITS)
                    .build(),
            )
        }.generateKey()

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val ALIAS = "xuncha"
        const val KEY_BITS = 256
    }
}

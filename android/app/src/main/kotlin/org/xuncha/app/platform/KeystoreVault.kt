package org.xuncha.app.platform

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
class KeystoreVault(private val store: SecretStore = AndroidKeystore()) : KeyVault {
    override fun wrap(key: ByteArray): ByteArray = answering {
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.ENCRYPT_MODE, store.key() ?: store.make())
        cipher.iv + cipher.doFinal(key)
    }

    override fun unwrap(wrapped: ByteArray): ByteArray = answering {
        val own = store.key() ?: throw VaultException.KeyLost()
        if (wrapped.size <= NONCE) throw VaultException.KeyLost()
        val cipher = Cipher.getInstance(CIPHER)
        cipher.init(Cipher.DECRYPT_MODE, own, GCMParameterSpec(TAG_BITS, wrapped, 0, NONCE))
        cipher.doFinal(wrapped, NONCE, wrapped.size - NONCE)
    }

    /** Lost is only what can never come back; all else may be better after the phone was unlocked. */
    private fun answering(work: () -> ByteArray): ByteArray =
        try {
            work()
        } catch (_: KeyPermanentlyInvalidatedException) {
            throw VaultException.KeyLost()
        } catch (_: UnrecoverableKeyException) {
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
